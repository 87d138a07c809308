package import VigilCore

/// A FHIR R4 server's appointments, clients and screens, read for vigil's mirror.
///
/// What it holds between reads only makes them cheaper: it may be made anew at any time.
package final class FHIRFeed: AppointmentFeed {
    let settings: FHIRSettings

    package var subject: String { settings.base.text }

    let transport: FHIRTransport
    private let clock: any WallClock
    private var capability: FHIRCapability?
    private var memory: FHIRMemory?
    /// What the server did not hand over at the last whole read, for the operator: `Condition (the server answered 403)`.
    package private(set) var unavailable: [String] = []

    package func cancel() { canceller() }

    /// What `cancel` does, for another thread to hold.
    package var canceller: @Sendable () -> Void { transport.canceller }

    package var blindSpots: [BlindSpot] {
        let byNature: [(BlindSpot.Subject, String)] = [
            (.events, "vigil reads no FHIR resource for them"), (.medication, "vigil reads no FHIR resource for it"),
            (.clinicianFlag, "a FHIR flag may mean anything, and vigil reads none"),
            (.firstContact, "FHIR does not say since when somebody is a client"),
            (.contacts, "vigil reads no FHIR resource for them"),
        ]
        return byNature.map { BlindSpot($0.0, cannotReadBecause: $0.1) } + unavailable.compactMap(Self.blindSpot)
    }

    /// `Condition (the server answered 403)`.
    private static func blindSpot(_ unavailable: String) -> BlindSpot? {
        let parts = unavailable.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let subject = subjects[String(parts[0])] else { return nil }
        let cause = parts[1].dropFirst().dropLast()
        return BlindSpot(subject, cannotReadBecause: String(cause))
    }

    private static let subjects: [String: BlindSpot.Subject] = [
        "Condition": .diagnoses, "Observation": .screens, "Encounter": .attendance, "Practitioner": .therapists,
        "Patient": .clients, "Appointment": .appointments,
    ]

    /// - Parameters:
    ///   - clock: for the life of tokens and the server's wish for rest.
    ///   - waiting: waits where the server asks for a moment; nil sleeps.
    /// - Throws: `OperationError` of kind configuration for settings that cannot hold.
    package init(
        _ settings: FHIRSettings, clock: any WallClock, waiting: (any FHIRWaiting)? = nil
    ) throws(OperationError) {
        guard settings.overlapMinutes >= 5, (1...1_000).contains(settings.pageCount),
            (1...3_650).contains(settings.daysBack), (0...3_650).contains(settings.daysAhead),
            settings.fullEveryMinutes >= 0, settings.network.timeoutSeconds > 0
        else {
            throw OperationError(
                .configuration, operation: "use the FHIR server", subject: settings.base.text,
                cause: "a number is out of its range",
                remedy: "overlap 5 minutes or more, page count 1 to 1000, days back 1 to 3650, days ahead 0 to 3650")
        }
        self.settings = settings
        self.clock = clock
        transport = FHIRTransport(
            base: settings.base, auth: settings.auth, network: settings.network, limits: settings.limits,
            scopes: Self.types.map { SMARTScope($0, "rs") }, operation: "read the FHIR server", clock: clock,
            waiting: waiting)
    }

    /// The first is the one without which there is nothing to read.
    static let types = ["Appointment", "Patient", "Practitioner", "Encounter", "Condition", "Observation"]

    package func check() throws {
        transport.begin()
        let capability = try FHIRCapability.read(transport)
        guard capability.version?.hasPrefix("4.0.") ?? false else {
            throw transport.failure(
                .configuration, "CapabilityStatement", "the server does not speak FHIR 4.0", "use its R4 address")
        }
        guard capability.formats.isEmpty || capability.formats.contains(where: { $0.lowercased().contains("json") })
        else {
            throw transport.failure(.configuration, "CapabilityStatement", "the server offers no JSON", "switch it on")
        }
        guard capability.offers("date", of: "Appointment") else {
            throw transport.failure(
                .configuration, "Appointment", "the server does not offer a search by date",
                "use a server that does: nothing else tells which sessions there are")
        }
        for type in Self.types {
            guard let letters = try transport.granted(type) else { continue }
            guard letters.isDisjoint(with: "cud") else {
                throw transport.failure(
                    .permission, type, "the server lets this client write", "have read access granted, and no more")
            }
            guard type != "Patient" || letters.isSuperset(of: "rs") else {
                throw transport.failure(
                    .permission, type, "the server does not grant read access", "have system/Patient.rs granted")
            }
        }
        let window = FHIRWindow(settings, now: clock.now())
        let search = FHIRSearch(transport: transport, type: "Appointment", query: window.query + [("_count", "1")])
        try search.probe()
        self.capability = capability
    }

    package func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        transport.begin()
        let reading = FHIRReading(
            settings: settings, transport: transport, capability: try known(), now: request.now,
            previous: request.cursor.flatMap { FHIRCursor($0) })
        // Changes alone, where the last whole read is near and what it found is still known.
        let since: FHIRMemory? = memory.flatMap { held in
            held.cursor == request.cursor && reading.allowsChangesAlone ? held : nil
        }
        // Whatever ends this read early, the next is a whole one.
        let held = memory
        memory = nil
        let result = try since.map { try reading.changes(since: $0, row: row) } ?? reading.whole(held: held, row: row)
        memory = result.memory
        if since == nil { unavailable = result.unavailable }
        return result.answer
    }

    /// Nil when the server does not say: then everything is read each time.
    private func known() throws(OperationError) -> FHIRCapability? {
        if let capability { return capability }
        capability = try? FHIRCapability.read(transport)
        return capability
    }
}
