import VigilCore

/// Patient and Practitioner as rows.
enum PersonRows {
    /// - Parameter isDeceased: something else than the record itself says so.
    static func client(_ resource: FHIRElement, base: FHIRBase, zone: Zone, isDeceased: Bool) -> SourceRow {
        let therapist = resource.list("generalPractitioner").compactMap { FHIRReference($0, base: base) }
            .first { $0.type == "Practitioner" }?.id
        let isPart2 = resource["meta"]?.list("security").contains { $0.text("code") == "42CFRPart2" } ?? false
        return SourceRow(
            .client,
            named: [
                "id": .text(resource.id ?? ""), "name": .text(FHIRName.text(of: resource) ?? ""),
                "born_on": .text(orNull: resource.text("birthDate")),
                "standing": .text(standing(resource, isDeceased: isDeceased, zone: zone)),
                "therapist_id": .text(orNull: therapist), "phone": .text(orNull: phone(resource)),
                "part2": .flag(isPart2 ? true : nil),
            ])
    }

    /// A client of whom no more is known than that an appointment was cancelled because of their death.
    static func deceasedClient(_ id: String) -> SourceRow {
        SourceRow(.client, named: ["id": .text(id), "name": .text(""), "standing": .text("deceased")])
    }

    static func therapist(_ resource: FHIRElement) -> SourceRow {
        SourceRow(
            .therapist, named: ["id": .text(resource.id ?? ""), "name": .text(FHIRName.text(of: resource) ?? "")])
    }

    private static func standing(_ resource: FHIRElement, isDeceased: Bool, zone: Zone) -> String {
        // A date of death counts whatever it is: better no call than one to a family in mourning.
        if isDeceased || resource["deceasedBoolean"]?.flag == true || resource["deceasedDateTime"] != nil {
            return "deceased"
        }
        return resource["active"]?.flag == false ? "discharged" : "active"
    }

    /// The one ranked first, else the mobile one, else the first.
    private static func phone(_ resource: FHIRElement) -> String? {
        let phones = resource.list("telecom").filter { $0.text("system") == "phone" && $0.text("use") != "old" }
        let ranked = phones.filter { $0["rank"]?.number != nil }
            .min { ($0["rank"]?.number ?? 0) < ($1["rank"]?.number ?? 0) }
        let best = ranked ?? phones.first { $0.text("use") == "mobile" } ?? phones.first
        return best?.text("value").map(FHIRName.plain)
    }
}
