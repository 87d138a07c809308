import VigilCore

/// An Appointment as the mirror's rows need it.
struct AppointmentFacts {
    var id: String
    /// Every participant that is a client: a group has several.
    var clients: [String]
    var therapist: String?
    /// As it goes into the row.
    var startsAt: SourceValue
    var start: WallTime?
    var durationMinutes: Int64?
    var kind: String?
    var status: String
    var reason: String?
    var isCancelled: Bool
    /// The reason of the cancellation says that the client has died.
    var saysDeceased: Bool
    /// On the waiting list: no session.
    var isWaiting: Bool
    var createdOn: LocalDay?
    var lastUpdated: WallTime?

    /// - Returns: nil for what is no session of a client: a block in a calendar, a request that has no time yet.
    init?(_ resource: FHIRElement, base: FHIRBase, zone: Zone) {
        let actors = resource.list("participant").compactMap { $0["actor"] }
        let references = actors.map { (actor: $0, reference: FHIRReference($0, base: base)) }
        var clients: [String] = []
        for (actor, reference) in references {
            if let reference, reference.type == "Patient" {
                if !clients.contains(reference.id) { clients.append(reference.id) }
            } else if Self.isNamelessClient(actor, in: resource) {
                // A client, but not which: a row that cannot be read, so that somebody is asked.
                clients.append("")
            }
        }
        guard !clients.isEmpty else { return nil }
        let raw = String((resource.text("status") ?? "").prefix(64))
        let startText = resource.text("start")
        let times = FHIRTime(startText ?? "", zone: zone)
        isWaiting = raw == "waitlist"
        // These alone may stand without a time (R4, constraint app-3).
        if startText == nil, raw == "proposed" || raw == "cancelled" { return nil }
        self.clients = clients
        id = resource.id ?? ""
        therapist = references.compactMap(\.reference).first { $0.type == "Practitioner" }?.id
        start = times?.time
        startsAt = times?.time.map { .integer($0.seconds) } ?? .text(orNull: startText)
        durationMinutes = Self.duration(of: resource, from: start, zone: zone)
        kind = Self.kind(of: resource)
        let codes = resource["cancelationReason"] == nil ? [] : resource.codings("cancelationReason").compactMap(\.code)
        isCancelled = raw == "cancelled"
        let isCalledOff = isCancelled || raw == "noshow"
        saysDeceased = isCalledOff && codes.contains("pat-dec")
        reason = isCalledOff ? Self.reason(codes) : nil
        status = Self.status(raw, codes: codes, saysDeceased: saysDeceased)
        createdOn = resource.text("created").flatMap { FHIRTime($0, zone: zone)?.day }
        lastUpdated = resource["meta"]?.text("lastUpdated").flatMap { FHIRTime($0, zone: zone)?.time }
    }

    private static func isNamelessClient(_ actor: FHIRElement, in resource: FHIRElement) -> Bool {
        guard let text = actor.text("reference") else { return actor.text("type") == "Patient" }
        if text.hasPrefix("#") {
            return resource.list("contained").contains {
                $0.resourceType == "Patient" && $0.id == String(text.dropFirst())
            }
        }
        return actor.text("type") == "Patient" || text.contains("Patient/")
    }

    /// The words of practice.sql; what R4 does not know stays as it is and becomes a status that nobody mapped.
    private static func status(_ raw: String, codes: [String], saysDeceased: Bool) -> String {
        // Excused, not cancelled: no rule may take it for a late cancel that asks for a call.
        if saysDeceased { return "excused" }
        let isByProvider = codes.contains { $0 == "prov" || $0.hasPrefix("prov-") }
        switch raw {
        case "proposed", "pending", "booked": return "scheduled"
        case "arrived", "checked-in": return "arrived"
        case "fulfilled": return "attended"
        case "cancelled": return isByProvider ? "provider_cancel" : "client_cancel"
        // "Some or all of the participant(s) have not appeared": also the practice's own.
        case "noshow": return isByProvider ? "provider_cancel" : "missed"
        case "entered-in-error": return "entered_in_error"
        default: return raw
        }
    }

    /// Codes alone: the text beside them is somebody's own words.
    private static func reason(_ codes: [String]) -> String? {
        if codes.contains("oth-weath") { return "weather_closure" }
        if codes.contains("prov-hosp") { return "hospital" }
        if codes.contains("pat-dec") { return "deceased" }
        return codes.first { $0.utf8.count <= 64 && !$0.contains(where: \.isWhitespace) }
    }

    private static func duration(of resource: FHIRElement, from start: WallTime?, zone: Zone) -> Int64? {
        if let start, let end = resource.text("end").flatMap({ FHIRTime($0, zone: zone)?.time }), end > start {
            return end.seconds(since: start) / 60
        }
        return resource["minutesDuration"]?.number.flatMap { Int64(exactly: $0) }
    }

    private static func kind(of resource: FHIRElement) -> String? {
        for key in ["serviceType", "appointmentType"] {
            for concept in resource.list(key) {
                if let text = concept.text("text") { return FHIRName.plain(text) }
                let codings = concept.list("coding").map(FHIRCoding.init)
                if let text = codings.compactMap(\.display).first ?? codings.compactMap(\.code).first {
                    return FHIRName.plain(text)
                }
            }
        }
        return nil
    }

    /// - Parameter hasEncounter: an Encounter says that the client was there.
    func rows(cancelledAt: WallTime?, hasEncounter: Bool) -> [SourceRow] {
        clients.map { client in
            if isWaiting {
                return SourceRow(
                    .waitingList,
                    named: [
                        "id": .text(id), "client_id": client.isEmpty ? .null : .text(client),
                        "since": .text(orNull: createdOn?.iso), "therapist_id": .text(orNull: therapist),
                        "kind": .text(orNull: kind),
                    ])
            }
            var values: [String: SourceValue] = [
                "client_id": .text(client), "starts_at": startsAt, "id": .text(id),
                "therapist_id": .text(orNull: therapist), "reason": .text(orNull: reason),
                "status": .text(status == "scheduled" && hasEncounter ? "attended" : status),
            ]
            values["duration_minutes"] = durationMinutes.map(SourceValue.integer)
            values["kind"] = kind.map(SourceValue.text)
            values["cancelled_at"] = cancelledAt.map { .integer($0.seconds) }
            return SourceRow(.session, named: values)
        }
    }
}
