import VigilCore

/// One read of the server, whole or of what changed.
struct FHIRReading {
    let settings: FHIRSettings
    let transport: FHIRTransport
    let capability: FHIRCapability?
    let now: WallTime
    let previous: FHIRCursor?
    let window: FHIRWindow

    struct Result {
        var answer: FeedAnswer
        var memory: FHIRMemory
        var unavailable: [String]
    }

    init(
        settings: FHIRSettings, transport: FHIRTransport, capability: FHIRCapability?, now: WallTime,
        previous: FHIRCursor?
    ) {
        self.settings = settings
        self.transport = transport
        self.capability = capability
        self.now = now
        self.previous = previous
        window = FHIRWindow(settings, now: now)
    }

    var allowsChangesAlone: Bool {
        guard let previous, previous.seen != nil, let capability else { return false }
        let age = now.seconds(since: previous.fullAt)
        return age >= 0 && age < Int64(settings.fullEveryMinutes) * 60
            && capability.offers("_lastUpdated", of: "Appointment")
            && capability.offers("_lastUpdated", of: "Encounter")
            // The window has moved on by a day: what is new in it has not changed.
            && previous.until == window.until
    }

    // MARK: Whole

    /// - Parameter held: what was known before; nil at the first read.
    func whole(held: FHIRMemory? = nil, row: (SourceRow) throws -> Void) throws -> Result {
        var unavailable: [String] = []
        var scopes: [FeedScope] = []
        var memory = FHIRMemory(cursor: FeedCursor(""))
        // Before the appointments, so that one that ends in between is not read as kept and not yet as booked.
        let hasEvidence = try part("Encounter", window.query, &unavailable) {
            memory.kept.formUnion(EncounterEvidence.appointments($0, base: settings.base))
        }
        // What a refused search did not show again is not gone: whoever was there would be taken for absent.
        if !hasEvidence, let held { memory.kept.formUnion(held.kept) }
        var appointments: [String: AppointmentFacts] = [:]
        let extent = try self.appointments(window.query, into: &appointments)
        if extent.isWhole {
            scopes += [.sessions(from: window.from, until: window.until), .sessionsWithoutTime]
        } else {
            unavailable.append("Appointment (not whole: nothing is taken for gone)")
        }
        if capability?.offers("status", of: "Appointment") ?? false {
            let waiting = try part("Appointment", [("status", "waitlist")], &unavailable) { resource in
                if let facts = facts(resource), facts.isWaiting { appointments[facts.id] = facts }
            }
            if waiting { scopes.append(.table(.waitingList)) }
        }
        let sorted = appointments.values.sorted { $0.id < $1.id }
        memory.deceased = Set(sorted.filter(\.saysDeceased).flatMap(\.clients))

        let people = FHIRPeople(reading: self, deceased: memory.deceased)
        scopes += try people.therapists(of: sorted, &memory.therapists, &unavailable, row: row)
        scopes += try people.clients(of: sorted, &unavailable, row: row)
        let cancels = try emit(sorted, memory: memory, row: row)
        scopes += try clinical(&unavailable, row: row)

        let cursor = FHIRCursor(
            seen: extent.startedAt?.adding(minutes: -settings.overlapMinutes), fullAt: now, from: window.from,
            until: window.until, cancels: cancels)
        memory.cursor = cursor.feedCursor
        return Result(
            answer: FeedAnswer(cursor: memory.cursor, scopes: scopes), memory: memory, unavailable: unavailable)
    }

    private func clinical(_ unavailable: inout [String], row: (SourceRow) throws -> Void) throws -> [FeedScope] {
        var scopes: [FeedScope] = []
        var diagnoses: Set<SourceRow> = []
        if try part(
            "Condition", ConditionRows.query, &unavailable,
            { diagnoses.formUnion(ConditionRows.rows($0, base: settings.base)) })
        {
            scopes.append(.table(.diagnosis))
        }
        for diagnosis in diagnoses { try row(diagnosis) }
        var screens = ScreenCollector(base: settings.base, zone: settings.zone)
        if capability?.lacks("code", of: "Observation") ?? false {
            unavailable.append("Observation (the server offers no search by code)")
        } else if try part("Observation", ScreenCodes.query, &unavailable, { screens.add($0) }) {
            scopes.append(.table(.screen))
        }
        for screen in screens.rows { try row(screen) }
        return scopes
    }

    // MARK: Changes

    func changes(since held: FHIRMemory, row: (SourceRow) throws -> Void) throws -> Result {
        guard let previous, let seen = previous.seen else { return try whole(held: held, row: row) }
        var memory = held
        var unavailable: [String] = []
        let changed = window.query + [("_lastUpdated", "ge\(Zone.utc.rfc3339(seen))")]
        try part("Encounter", changed, &unavailable) {
            memory.kept.formUnion(EncounterEvidence.appointments($0, base: settings.base))
        }
        var appointments: [String: AppointmentFacts] = [:]
        let extent = try self.appointments(changed, into: &appointments)
        let sorted = appointments.values.sorted { $0.id < $1.id }
        memory.deceased.formUnion(sorted.filter(\.saysDeceased).flatMap(\.clients))
        let people = FHIRPeople(reading: self, deceased: memory.deceased)
        try people.newTherapists(of: sorted, &memory.therapists, row: row)
        _ = try people.named(Set(sorted.flatMap(\.clients)), row: row)
        let cancels = try emit(sorted, memory: memory, row: row)
        var next = previous
        let read = Set(sorted.map { FHIRCursor.key($0.id) })
        next.cancels = next.cancels.filter { !read.contains($0.key) }.merging(cancels) { _, new in new }
        // A read that is not whole leaves the next to begin where this one did.
        if extent.isWhole, let started = extent.startedAt {
            next.seen = max(seen, started.adding(minutes: -settings.overlapMinutes))
        }
        memory.cursor = next.feedCursor
        // No scope: what did not change did not come.
        return Result(answer: FeedAnswer(cursor: memory.cursor, scopes: []), memory: memory, unavailable: unavailable)
    }

    // MARK: Parts

    private func facts(_ resource: FHIRElement) -> AppointmentFacts? {
        AppointmentFacts(resource, base: settings.base, zone: settings.zone)
    }

    private func appointments(
        _ query: [(name: String, value: String)], into found: inout [String: AppointmentFacts]
    ) throws(OperationError) -> FHIRSearch.Extent {
        let search = FHIRSearch(transport: transport, type: "Appointment", query: query + count)
        var nameless = 0
        let result = try search.run { resource, _ in
            guard let facts = facts(resource) else { return }
            if facts.id.isEmpty {
                // Rows that cannot be read, each its own.
                nameless += 1
                found["\u{0}\(nameless)"] = facts
                return
            }
            // The same one on two pages: it has changed in between, and the newer one counts.
            if let held = found[facts.id], let old = held.lastUpdated, let new = facts.lastUpdated, new < old { return }
            found[facts.id] = facts
        }
        switch result {
        case .read(let extent): return extent
        case .refused(let status): throw transport.failed(status, "Appointment")
        }
    }

    /// A search that the appointments can do without.
    /// - Returns: whether it was read whole.
    @discardableResult
    func part(
        _ type: String, _ query: [(name: String, value: String)], _ unavailable: inout [String],
        _ each: (FHIRElement) -> Void
    ) throws(OperationError) -> Bool {
        let search = FHIRSearch(transport: transport, type: type, query: query + count)
        switch try search.run({ resource, isRepeat in if !isRepeat { each(resource) } }) {
        case .read(let extent):
            if !extent.isWhole { unavailable.append("\(type) (not whole: nothing is taken for gone)") }
            return extent.isWhole
        case .refused(let status):
            unavailable.append("\(type) (the server answered \(status))")
            return false
        }
    }

    private var count: [(name: String, value: String)] {
        [("_count", String(settings.pageCount))]
    }

    /// - Returns: since when each cancelled appointment is known to be.
    private func emit(
        _ appointments: [AppointmentFacts], memory: FHIRMemory, row: (SourceRow) throws -> Void
    ) throws -> [String: WallTime?] {
        var cancels: [String: WallTime?] = [:]
        for facts in appointments {
            var cancelledAt: WallTime?
            if facts.isCancelled {
                cancelledAt = FHIRCursor.cancelTime(of: facts, previous: previous, now: now)
                cancels[FHIRCursor.key(facts.id)] = .some(cancelledAt)
            }
            for session in facts.rows(cancelledAt: cancelledAt, hasEncounter: memory.kept.contains(facts.id)) {
                try row(session)
            }
        }
        return cancels
    }
}
