/// Encounters as evidence that the client was there, where nobody has marked the appointment.
enum EncounterEvidence {
    private static let attended: Set<String> = ["finished", "in-progress", "arrived"]

    /// The ids of the appointments that were kept.
    static func appointments(_ resource: FHIRElement, base: FHIRBase) -> [String] {
        guard let status = resource.text("status"), attended.contains(status) else { return [] }
        return resource.list("appointment").compactMap { FHIRReference($0, base: base) }
            .filter { $0.type == "Appointment" }.map(\.id)
    }
}
