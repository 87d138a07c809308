import VigilCore

extension StoreContract {
    static var brokenRows: [StoreContract] {
        [
            StoreContract(
                "a session without identity is named, and the others are read", needs: .wrongKinds, noIdentity),
            StoreContract("a bad field of a session is named, and the session is read", needs: .wrongKinds, badFields),
            StoreContract("times that no clock shows are not times", timesOutOfRange),
            StoreContract("days that no calendar has are invalid", badDays),
            StoreContract("values of the wrong kind are invalid", needs: .wrongKinds, wrongKinds),
            StoreContract("a text of 1 MB is cut and harms nobody", bigText),
            StoreContract("broken UTF-8 harms nobody", needs: .brokenText, brokenText),
        ]
    }

    @Sendable private static func noIdentity(_ bench: any StoreBench) throws {
        try bench.write(
            StoreFixture(sessions: [
                .init("c", 100, "first", status: "attended"), .init("c", "tomorrow", "second", status: "missed"),
                .init("c", 150.5, "third", status: "missed"), .init("c", 200, "", status: "missed"),
                .init("c", 300, "last", status: "attended"),
            ]))
        let snapshot = try only(bench)
        try equal(snapshot.sessions.map(\.key.id), ["first", "last"], "the readable ones")
        try equal(
            Set(snapshot.unreadable),
            [
                UnreadableRow(table: "session", rowID: "second", column: "starts_at"),
                UnreadableRow(table: "session", rowID: "third", column: "starts_at"),
                UnreadableRow(table: "session", rowID: "200", column: "id"),
            ], "the others by name")
        var only = StoreFixture(sessions: [.init("d", "x", "s", status: "missed")])
        only.contacts = [.init("d", at: "noon", outcome: "reached", planDocumented: 1)]
        try bench.write(only)
        let all = try readAll(try bench.makeStore())
        try equal(all.map(\.client.ref.storeID), ["c", "d"], "also a client without a readable row is shown")
        try equal(all[1].unreadable.map(\.column), ["starts_at", "at"], "with its rows")
        try equal(all[1].contacts, [], "and a contact without a time resolves nothing")
    }

    @Sendable private static func badFields(_ bench: any StoreBench) throws {
        var rows = StoreFixture()
        for (index, minutes) in ([0, -5, 1_441, "long", 45.5, 1, 1_440] as [StoreFixture.Cell]).enumerated() {
            var session = StoreFixture.Session("c", .integer(Int64(index)), .text("d\(index)"), status: "missed")
            session.durationMinutes = minutes
            rows.sessions.append(session)
        }
        var cancelled = StoreFixture.Session("c", 100, "x", status: "client_cancel")
        cancelled.cancelledAt = "yesterday"
        rows.sessions.append(cancelled)
        try bench.write(rows)
        let snapshot = try only(bench)
        try equal(snapshot.sessions.map(\.durationMinutes), [50, 50, 50, 50, 50, 1, 1_440, 50], "a default length")
        try require(snapshot.sessions.last?.cancelledAt == nil, "no time of cancelling")
        try equal(
            snapshot.unreadable.map { "\($0.rowID) \($0.column)" },
            (0..<5).map { "d\($0) duration_minutes" } + ["x cancelled_at"], "each named once")
    }

    @Sendable private static func timesOutOfRange(_ bench: any StoreBench) throws {
        let milliseconds: Int64 = 1_796_000_000_000
        try bench.write(
            StoreFixture(sessions: [
                .init("c", .integer(.max), "a"), .init("c", .integer(.min), "b"),
                .init("c", .integer(milliseconds), "c"),
                .init("c", 0, "d"), .init("c", 4_102_444_800, "e"),
            ]))
        let snapshot = try only(bench)
        try equal(snapshot.sessions.map(\.key.id), ["d", "e"], "times in range")
        try equal(snapshot.unreadable.map(\.rowID).sorted(), ["a", "b", "c"], "the others are named")
    }

    @Sendable private static func badDays(_ bench: any StoreBench) throws {
        let bad = [
            "", "2026-02-30", "2026-13-01", "2026-00-10", "24.11.2026", "2026-1-1", "2026-11-24 ",
            "2026-11-24T00:00:00",
            "20261124", "0000-01-01", "２026-11-24", "2026-11-2\u{0}",
        ]
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        for (index, text) in bad.enumerated() where bench.holdsNUL || !text.contains("\0") {
            rows.events.append(.init("c", .text("e\(index)"), "attempt", on: .text(text), detail: "actual"))
        }
        for (index, text) in ["02-30", "13-01", "2-3", "02/03", ""].enumerated() {
            var client = StoreFixture.Client(.text("anniversary-\(index)"))
            client.anniversary = .text(text)
            rows.clients.append(client)
        }
        try bench.write(rows)
        let attempts = try only(bench).clinical.attempts
        try equal(attempts.count, rows.events.count, "the rows are read")
        try require(attempts.allSatisfy(\.day.isInvalid), "and no day is made up")
        let refs = (0..<5).map { ClientRef("anniversary-\($0)") }
        let clients = try bench.makeStore().snapshots(of: refs)
        try require(clients.allSatisfy(\.clinical.traumaAnniversary.isInvalid), "nor an anniversary")
    }

    @Sendable private static func wrongKinds(_ bench: any StoreBench) throws {
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        var client = StoreFixture.Client("c")
        client.safetyPlan = "yes"
        client.pregnant = 2
        client.clinicianFlag = 0.5
        client.part2 = "maybe"
        client.deliveredOn = .integer(20_261_124)
        rows.clients = [client]
        var screen = StoreFixture.Screen("c", "1", "PHQ-9")
        screen.total = "many"
        screen.item9 = 1.5
        screen.ideation = .real(.infinity)
        screen.behaviour = "true"
        rows.screens = [screen]
        try bench.write(rows)
        let snapshot = try only(bench)
        try equal(snapshot.clinical.safetyPlanOnFile, .invalid, "text for yes")
        try equal(snapshot.clinical.pregnant, .invalid, "a number that is neither")
        try equal(snapshot.clinical.clinicianFlag.active, .invalid, "a half")
        try equal(snapshot.clinical.deliveredOn, .invalid, "a number for a day")
        try equal(snapshot.clinical.screens.map(\.total), [.invalid], "text for a number")
        try equal(snapshot.clinical.screens.map(\.item9), [.invalid], "a fraction")
        try equal(snapshot.clinical.screens.map(\.ideationLevel), [.invalid], "infinity")
        try equal(snapshot.clinical.screens.map(\.behaviour), [.invalid], "a word")
        try require(snapshot.client.part2, "in doubt the stricter privacy rule holds")
        try equal(snapshot.unreadable.map(\.column), ["part2"], "and a person is asked")
    }

    @Sendable private static func bigText(_ bench: any StoreBench) throws {
        let big = StoreFixture.Cell.text(String(repeating: "é", count: 524_288))
        var session = StoreFixture.Session("c", 1, "s", status: big)
        session.kind = big
        session.reason = big
        session.therapist = big
        var client = StoreFixture.Client("c")
        (client.name, client.phone, client.standing, client.bornOn) = (big, big, big, big)
        var rows = StoreFixture(clients: [client], sessions: [session, .init("c", 2, "t", status: "attended")])
        if type(of: bench).abilities.contains(.longKeys) { rows.diagnoses = [.init("c", big)] }
        rows.screens = [.init("c", "1", big)]
        rows.treatments = [.init("c", big)]
        try bench.write(rows)
        let snapshot = try only(bench)
        try equal(snapshot.sessions.map(\.status), [.unrecognised, .attended], "both sessions")
        try equal(snapshot.sessions.map(\.reason), [.other, .none], "and reasons")
        let texts = snapshot.sessions.flatMap { [$0.rawStatus, $0.kind] } + snapshot.clinical.diagnoses
        try require(texts.allSatisfy { $0.utf8.count <= 65_540 }, "no more than 64 KiB of it")
        let card = try bench.makeStore().card(of: ClientRef("c"))
        try require((card?.name.utf8.count ?? .max) <= 65_540, "nor of a name")
    }

    @Sendable private static func brokenText(_ bench: any StoreBench) throws {
        let broken = StoreFixture.Cell.bytes([0x61, 0xFF, 0xC3, 0x28, 0x00, 0xED, 0xA0, 0x80])
        var session = StoreFixture.Session("c", 1, "s", status: broken)
        (session.kind, session.reason, session.therapist) = (broken, broken, broken)
        var client = StoreFixture.Client("c")
        (client.name, client.bornOn, client.anniversary, client.therapist) = (broken, broken, broken, broken)
        var rows = StoreFixture(clients: [client], sessions: [session, .init("c", 2, "t", status: "attended")])
        rows.diagnoses = [.init("c", broken)]
        rows.screens = [.init("c", broken, broken)]
        rows.events = [.init("c", broken, broken), .init("c", "2", "attempt", on: broken, detail: broken)]
        rows.medications = [.init("c", broken, broken, broken, on: broken)]
        rows.contacts = [.init("c", at: 5, outcome: broken)]
        rows.treatments = [.init("c", broken)]
        try bench.write(rows)
        let snapshot = try only(bench)
        try equal(snapshot.sessions.map(\.status), [.unrecognised, .attended], "both sessions")
        try equal(snapshot.client.bornOn, .invalid, "no day")
        try equal(
            snapshot.clinical.attempts, [SuicideAttempt(day: .invalid, hasListedType: false)], "the attempt counts")
        try equal(snapshot.unreadable.map(\.column), ["outcome", "kind"], "what cannot be understood is named")
        try require(try bench.makeStore().card(of: ClientRef("c")) != nil, "and the card is there")
    }
}

extension StoreBench {
    fileprivate var holdsNUL: Bool { Self.abilities.contains(.nulBytes) }
}
