import VigilCore

extension StoreContract {
    static var rows: [StoreContract] {
        [
            StoreContract("statuses mean what the schema says", statuses),
            StoreContract("reasons mean what the schema says", reasons),
            StoreContract("every field of a session is read", sessionFields),
            StoreContract("every field of a client is read", clientFields),
            StoreContract("what is not on file is absent", absentFields),
            StoreContract("sessions of a client who is not listed are unlisted", unlistedClient),
            StoreContract("standings mean what the schema says", standings),
            StoreContract("screens are read", screens),
            StoreContract("events are read", events),
            StoreContract("medication is read", medication),
            StoreContract("contacts are read", contacts),
            StoreContract("a contact card is read", card),
            StoreContract("care plans are read", carePlans),
        ]
    }

    @Sendable private static func statuses(_ bench: any StoreBench) throws {
        let words = SessionStatus.allCases.filter { $0 != .unrecognised }.map(\.rawValue)
        let unknown = ["", "no-show", "Attended", "attended ", "unrecognised", "missed;", "?", "\u{202E}"]
        let all = words + unknown
        try bench.write(
            StoreFixture(
                sessions: all.enumerated().map { .init("c", .integer(Int64($0)), "s", status: .text($1)) }))
        let sessions = try only(bench).sessions
        try equal(sessions.map(\.rawStatus), all, "the status as written")
        try equal(sessions.prefix(words.count).map(\.status.rawValue), words, "known words")
        try require(sessions.dropFirst(words.count).allSatisfy { $0.status == .unrecognised }, "unknown words")
    }

    @Sendable private static func reasons(_ bench: any StoreBench) throws {
        let expected: [(StoreFixture.Cell, SessionReason)] = [
            (nil, .none), ("", .none), ("psychiatric_admission", .psychiatricAdmission),
            ("illness_told_in_advance", .involuntary), ("weather_closure", .involuntary), ("outage", .involuntary),
            ("custody", .involuntary), ("hospital", .involuntary), ("too_stressful", .tooStressful), ("forgot", .other),
            ("Hospital", .other), (" ", .other),
        ]
        var rows = StoreFixture()
        for (index, (reason, _)) in expected.enumerated() {
            var session = StoreFixture.Session("c", .integer(Int64(index)), "s", status: "client_cancel")
            session.reason = reason
            rows.sessions.append(session)
        }
        try bench.write(rows)
        try equal(try only(bench).sessions.map(\.reason), expected.map(\.1), "reasons")
    }

    @Sendable private static func sessionFields(_ bench: any StoreBench) throws {
        var first = StoreFixture.Session("c", 1_000, "one", status: "client_cancel")
        first.therapist = "t1"
        first.durationMinutes = 90
        first.kind = "group"
        first.cancelledAt = 500
        var second = StoreFixture.Session("c", 2_000, "two", status: "missed")
        second.therapist = "t2"
        var third = StoreFixture.Session("c", 3_000, "three", status: "missed")
        third.therapist = "t2"
        let fourth = StoreFixture.Session("c", 4_000, "four", status: "missed")
        var fifth = StoreFixture.Session("c", 5_000, "five", status: "missed")
        fifth.therapist = "t1"
        fifth.kind = "group"
        try bench.write(StoreFixture(sessions: [first, second, third, fourth, fifth]))
        let snapshot = try only(bench)
        try equal(
            snapshot.sessions[0],
            SessionRecord(
                key: SessionKey(id: "one", start: WallTime(seconds: 1_000)), therapist: TherapistRef("t1"),
                durationMinutes: 90, status: .clientCancel, rawStatus: "client_cancel", reason: .none,
                cancelledAt: WallTime(seconds: 500), kind: "group"), "all fields")
        try equal(snapshot.sessions.map(\.kind), ["group", "individual", "individual", "individual", "group"], "kinds")
        try equal(snapshot.sessions.map { $0.therapist?.storeID }, ["t1", "t2", "t2", nil, "t1"], "therapists")
        try equal(snapshot.sessions.map(\.durationMinutes), [90, 50, 50, 50, 50], "lengths")
        try equal(snapshot.unreadable, [], "nothing at fault")
    }

    @Sendable private static func clientFields(_ bench: any StoreBench) throws {
        var client = StoreFixture.Client("c")
        client.bornOn = "1984-02-29"
        client.therapist = "t1"
        client.therapistChangedOn = "2026-01-02"
        client.firstContactOn = "2025-12-31"
        client.guardianContact = 1
        client.emergencyContact = 0
        client.safetyPlan = 1
        client.pregnant = 0
        client.deliveredOn = "2026-03-04"
        client.clinicianFlag = 1
        client.clinicianFlagSince = "2026-05-06"
        client.anniversary = "02-29"
        client.part2 = 1
        var rows = StoreFixture(clients: [client], sessions: [.init("c", 1, "s")])
        var treatment = StoreFixture.Treatment("c", "TF-CBT")
        treatment.traumaFocused = 1
        treatment.sessionsAttended = 8
        rows.treatments = [treatment]
        rows.diagnoses = [.init("c", "F43.10"), .init("c", "F331")]
        try bench.write(rows)
        let snapshot = try only(bench)
        var expected = ClientSnapshot(client: ClientRecord(ref: ClientRef("c")))
        expected.sessions = snapshot.sessions
        expected.client.therapist = TherapistRef("t1")
        expected.client.bornOn = day(1984, 2, 29)
        expected.client.firstContactOn = day(2025, 12, 31)
        expected.client.part2 = true
        expected.clinical.diagnoses = ["F331", "F43.10"]
        expected.clinical.therapistChangedOn = day(2026, 1, 2)
        expected.clinical.guardianContactOnFile = .value(true)
        expected.clinical.emergencyContactOnFile = .value(false)
        expected.clinical.safetyPlanOnFile = .value(true)
        expected.clinical.pregnant = .value(false)
        expected.clinical.deliveredOn = day(2026, 3, 4)
        expected.clinical.clinicianFlag = ClinicianFlag(active: .value(true), since: day(2026, 5, 6))
        expected.clinical.traumaAnniversary = Anniversary(month: 2, day: 29).map(Reading.value) ?? .invalid
        expected.clinical.treatment = Treatment(
            protocolName: "TF-CBT", traumaFocused: .value(true), sessionsAttended: .value(8))
        try equal(snapshot, expected, "all fields")
    }

    static func day(_ year: Int, _ month: Int, _ day: Int) -> Reading<LocalDay> {
        LocalDay(year: year, month: month, day: day).map(Reading.value) ?? .invalid
    }

    @Sendable private static func carePlans(_ bench: any StoreBench) throws {
        var whole = StoreFixture.CarePlan("a")
        whole.cadenceDays = 14
        whole.safetyPlanReviewOn = "2026-12-01"
        whole.nextStep = "first written account"
        var broken = StoreFixture.CarePlan("c")
        broken.cadenceDays = 0
        broken.safetyPlanReviewOn = "soon"
        broken.nextStep = .text(String(repeating: "x", count: 5_000))
        var rows = StoreFixture(
            clients: ["a", "b", "c", "d"].map { .init($0) },
            sessions: ["a", "b", "c", "d"].map { .init($0, 1, "s") })
        rows.carePlans = [whole, .init("b"), broken]
        try bench.write(rows)
        let found = try readAll(bench.makeStore())
        var plan = CarePlan()
        plan.cadenceDays = .value(14)
        plan.safetyPlanReviewOn = day(2026, 12, 1)
        plan.nextStep = "first written account"
        try equal(found.map { $0.clinical.carePlan == nil }, [false, false, false, true], "who has a plan")
        try equal(found[0].clinical.carePlan, plan, "all of a plan")
        try equal(found[1].clinical.carePlan, CarePlan(), "nothing is not zero")
        try equal(found[2].clinical.carePlan?.cadenceDays, .invalid, "no cadence of no days")
        try equal(found[2].clinical.carePlan?.safetyPlanReviewOn, .invalid, "no day")
        try require(found[2].clinical.carePlan?.nextStep?.count ?? 0 <= 200, "a step is a few words")
        try equal(
            Set(found[2].unreadable.map(\.column)), ["cadence_days", "safety_plan_review_on"], "and both are named")
        try equal(try bench.makeStore().snapshots(of: [ClientRef("c")]), [found[2]], "by name as by page")
    }

    @Sendable private static func absentFields(_ bench: any StoreBench) throws {
        var rows = StoreFixture(clients: [.init("c")], sessions: [.init("c", 1, "s")])
        rows.treatments = [.init("c", "CPT")]
        rows.screens = [.init("c", "1", "PHQ-9")]
        try bench.write(rows)
        let snapshot = try only(bench)
        var expected = ClientSnapshot(client: ClientRecord(ref: ClientRef("c")))
        expected.sessions = snapshot.sessions
        expected.clinical.treatment = Treatment(protocolName: "CPT", traumaFocused: .absent, sessionsAttended: .absent)
        expected.clinical.screens = [Screen(instrument: .phq9, day: .absent)]
        try equal(snapshot, expected, "nothing is not a no")
    }

    @Sendable private static func unlistedClient(_ bench: any StoreBench) throws {
        try bench.write(
            StoreFixture(clients: [.init("b"), .init("d")], sessions: [.init("c", 1, "s", status: "missed")]))
        let snapshot = try only(bench)
        try equal(snapshot.client.standing, .unlisted, "standing")
        try equal(snapshot.sessions.count, 1, "and its session")
    }

    @Sendable private static func standings(_ bench: any StoreBench) throws {
        let words = ["active", "discharged", "transferred", "deceased", "unlisted", "Deceased", ""]
        var rows = StoreFixture()
        for word in words {
            var client = StoreFixture.Client(.text("c-\(word)"))
            client.standing = .text(word)
            rows.clients.append(client)
        }
        try bench.write(rows)
        let store = try bench.makeStore()
        let found = try words.map { try store.snapshots(of: [ClientRef("c-\($0)")])[0] }
        try equal(
            found.map(\.client.standing), [.active, .discharged, .transferred, .deceased, .active, .active, .active],
            "unknown words are followed up")
        try equal(
            found.map { $0.unreadable.map(\.column) }, [[], [], [], [], ["standing"], ["standing"], ["standing"]],
            "and named")
        try equal(
            found[4].unreadable, [UnreadableRow(table: "client", rowID: "c-unlisted", column: "standing")], "by row")
    }

    @Sendable private static func screens(_ bench: any StoreBench) throws {
        func row(_ id: String, _ instrument: String, _ set: (inout StoreFixture.Screen) -> Void) -> StoreFixture.Screen
        {
            var screen = StoreFixture.Screen("c", .text(id), .text(instrument))
            screen.takenOn = "2026-11-01"
            set(&screen)
            return screen
        }
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        rows.screens = [
            row("1", "PHQ-9") { ($0.total, $0.item9) = (27, 3) }, row("2", "PHQ-9") { ($0.total, $0.item9) = (28, 12) },
            row("3", "PHQ-A") { ($0.total, $0.item9) = (0, 0) },
            row("4", "C-SSRS-screener") { ($0.ideation, $0.behaviour) = (5, 1) },
            row("5", "C-SSRS-screener") { ($0.ideation, $0.behaviour) = (6, 2) }, row("6", "PCL-5") { $0.total = 80 },
            row("7", "PCL-5") { $0.total = -1 }, row("8", "AUDIT-C") { $0.total = 12 },
            row("9", "GAD-7") { $0.total = 22 },
            row("A", "clinician_assessment") { _ in }, row("B", "Rorschach") { _ in },
        ]
        try bench.write(rows)
        let found = try only(bench).clinical.screens
        try equal(
            found.map(\.instrument),
            [
                .phq9, .phq9, .phq9, .columbia, .columbia, .pcl5, .pcl5, .auditC, .gad7, .clinicianAssessment,
                .unlisted,
            ], "instruments")
        try require(found.allSatisfy { $0.day == day(2026, 11, 1) }, "days")
        try equal(
            found.map(\.total),
            [
                .value(27), .invalid, .value(0), .absent, .absent, .value(80), .invalid, .value(12), .invalid, .absent,
                .absent,
            ], "totals, refused outside their range")
        try equal(found.prefix(3).map(\.item9), [.value(3), .invalid, .value(0)], "item 9")
        try equal(found[3...4].map(\.ideationLevel), [.value(5), .invalid], "ideation")
        try equal(found[3...4].map(\.behaviour), [.value(true), .invalid], "behaviour")
    }

    @Sendable private static func events(_ bench: any StoreBench) throws {
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        rows.events = [
            .init("c", "1", "attempt", on: "2026-01-01", detail: "actual"),
            .init("c", "2", "attempt", detail: "interrupted"),
            .init("c", "3", "attempt", detail: "aborted"), .init("c", "4", "attempt", detail: "other"),
            .init("c", "5", "attempt"), .init("c", "6", "self_injury", on: "2026-01-02"),
            .init("c", "7", "discharge", on: "2026-01-03", detail: "psychiatric_inpatient", suicideRelated: 1),
            .init("c", "8", "discharge", detail: "medical", suicideRelated: 0), .init("c", "9", "discharge"),
            .init("c", "A", "emergency_visit", on: "2026-01-04", suicideRelated: 0), .init("c", "B", "emergency_visit"),
            .init("c", "C", "seance"),
        ]
        try bench.write(rows)
        let snapshot = try only(bench)
        let clinical = snapshot.clinical
        try equal(
            clinical.attempts.map(\.hasListedType), [true, true, true, false, false], "attempts, also of other types")
        try equal(clinical.attempts.prefix(2).map(\.day), [day(2026, 1, 1), .absent], "their days")
        try equal(clinical.selfInjuries, [SelfInjury(day: day(2026, 1, 2))], "self-injury")
        try equal(clinical.admissions.map(\.isPsychiatric), [true, false, false], "discharges")
        try equal(clinical.admissions.map(\.suicideRelated), [.value(true), .value(false), .absent], "their reasons")
        try equal(clinical.emergencyVisits.map(\.suicideRelated), [.value(false), .absent], "emergency visits")
        try equal(
            snapshot.unreadable,
            [
                UnreadableRow(table: "event", rowID: "9", column: "detail"),
                UnreadableRow(table: "event", rowID: "C", column: "kind"),
            ], "what nobody can read is named")
    }

    @Sendable private static func medication(_ bench: any StoreBench) throws {
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        rows.medications = [
            .init("c", "1", "antipsychotic", "adherent", on: "2026-01-01"), .init("c", "2", "lithium", "stopped"),
            .init("c", "3", "mood_stabiliser", "nonadherent"), .init("c", "4", "antidepressant", "paused"),
            .init("c", "5", "other", "stopped"), .init("c", "6", "anxiolytic", "stopped", on: "soon"),
        ]
        try bench.write(rows)
        let found = try only(bench).clinical.medication
        try equal(
            found.map(\.drugClass), [.antipsychotic, .lithium, .moodStabiliser, .antidepressant, .other, .other],
            "classes")
        try equal(found.map(\.status), [.adherent, .stopped, .nonadherent, .unlisted, .stopped, .stopped], "statuses")
        try equal(found.map(\.day), [day(2026, 1, 1), .absent, .absent, .absent, .absent, .invalid], "days")
    }

    @Sendable private static func contacts(_ bench: any StoreBench) throws {
        var rows = StoreFixture(sessions: [.init("c", 1, "s")])
        rows.contacts = [
            .init("c", at: 300, outcome: "reached", planDocumented: 1), .init("c", at: 100, outcome: "no_answer"),
            .init("c", at: 200, outcome: "message_left"), .init("c", at: 400, outcome: "pigeon"),
        ]
        try bench.write(rows)
        let snapshot = try only(bench)
        try equal(snapshot.contacts.map(\.at.seconds), [100, 200, 300, 400], "ascending")
        try equal(snapshot.contacts.map(\.outcome), [.noAnswer, .messageLeft, .reached, .unlisted], "outcomes")
        try equal(snapshot.contacts.map(\.planDocumented), [false, false, true, false], "plans")
        try equal(
            snapshot.unreadable, [UnreadableRow(table: "contact", rowID: "400", column: "outcome")], "unknown outcome")
    }

    @Sendable private static func card(_ bench: any StoreBench) throws {
        var client = StoreFixture.Client("c")
        client.name = "Zoë O'Example"
        client.phone = "+1 555 0100"
        client.contactPreference = "after 5pm only"
        client.safeToCall = 0
        client.bornOn = "1900-13-01"
        try bench.write(StoreFixture(clients: [client]))
        guard let card = try bench.makeStore().card(of: ClientRef("c")) else {
            throw StoreContractFailure(description: "a listed client has a card")
        }
        var expected = ContactCard(name: "Zoë O'Example")
        expected.phone = "+1 555 0100"
        expected.preference = "after 5pm only"
        expected.safeToCall = false
        try equal(card, expected, "what is on file, and nothing else")
    }
}
