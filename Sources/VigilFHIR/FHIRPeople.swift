import VigilCore

/// The clients and therapists of a read: the whole list where the server gives one, else those whom appointments name.
struct FHIRPeople {
    let reading: FHIRReading
    let deceased: Set<String>

    private var base: FHIRBase { reading.settings.base }

    func clients(
        of appointments: [AppointmentFacts], _ unavailable: inout [String], row: (SourceRow) throws -> Void
    ) throws -> [FeedScope] {
        var rows: [SourceRow] = []
        var seen: Set<String> = []
        var refusal: [String] = []
        let isWhole = try reading.part("Patient", [], &refusal) { resource in
            seen.insert(resource.id ?? "")
            rows.append(client(resource))
        }
        let named = Set(appointments.flatMap(\.clients))
        // An empty list beside appointments is one that this client may not see, not a practice without clients.
        if !rows.isEmpty || (isWhole && named.isEmpty) {
            unavailable += refusal
            for client in rows { try row(client) }
            for id in deceased.subtracting(seen).sorted() { try row(PersonRows.deceasedClient(id)) }
            return isWhole ? [.table(.client)] : []
        }
        // Many servers do not list everybody.
        guard let asked = try self.named(named, row: row) else {
            unavailable += refusal
            return []
        }
        return [.clients(asked.sorted().map { ClientRef($0) }, .client)]
    }

    /// - Returns: those who were asked for; nil when the server does not answer that either.
    func named(_ ids: Set<String>, row: (SourceRow) throws -> Void) throws -> Set<String>? {
        var seen: Set<String> = []
        var rows: [SourceRow] = []
        let isWhole = try byID("Patient", ids) { resource in
            seen.insert(resource.id ?? "")
            rows.append(client(resource))
        }
        for client in rows { try row(client) }
        for id in deceased.intersection(ids).subtracting(seen).sorted() { try row(PersonRows.deceasedClient(id)) }
        return isWhole ? ids : nil
    }

    func therapists(
        of appointments: [AppointmentFacts], _ known: inout Set<String>, _ unavailable: inout [String],
        row: (SourceRow) throws -> Void
    ) throws -> [FeedScope] {
        var rows: [SourceRow] = []
        var refusal: [String] = []
        let isWhole = try reading.part("Practitioner", [], &refusal) { rows.append(PersonRows.therapist($0)) }
        guard !rows.isEmpty else {
            if try !newTherapists(of: appointments, &known, row: row) { unavailable += refusal }
            return []
        }
        unavailable += refusal
        for therapist in rows {
            if case .text(let id) = therapist.values[0] { known.insert(id) }
            try row(therapist)
        }
        return isWhole ? [.table(.therapist)] : []
    }

    /// Those whom appointments name and nobody has read yet.
    @discardableResult
    func newTherapists(
        of appointments: [AppointmentFacts], _ known: inout Set<String>, row: (SourceRow) throws -> Void
    ) throws -> Bool {
        let new = Set(appointments.compactMap(\.therapist)).subtracting(known)
        var rows: [SourceRow] = []
        let isWhole = try byID("Practitioner", new) { rows.append(PersonRows.therapist($0)) }
        for therapist in rows { try row(therapist) }
        known.formUnion(new)
        return isWhole
    }

    private func client(_ resource: FHIRElement) -> SourceRow {
        PersonRows.client(
            resource, base: base, zone: reading.settings.zone, isDeceased: deceased.contains(resource.id ?? ""))
    }

    /// So many ids in one address stay far below what servers and proxies accept.
    private static let batch = 40

    private func byID(_ type: String, _ ids: Set<String>, _ each: (FHIRElement) -> Void) throws -> Bool {
        // Of this server, and in FHIR's form of an id: anything else cannot be asked for.
        let askable = ids.filter(FHIRReference.isID).sorted()
        var isWhole = true
        for start in stride(from: 0, to: askable.count, by: Self.batch) {
            let list = askable[start..<min(start + Self.batch, askable.count)]
            var refusal: [String] = []
            let wanted = Set(list)
            let read = try reading.part(type, [("_id", list.joined(separator: ","))], &refusal) { resource in
                if wanted.contains(resource.id ?? "") { each(resource) }
            }
            isWhole = isWhole && read
            if !read { break }
        }
        return isWhole
    }
}
