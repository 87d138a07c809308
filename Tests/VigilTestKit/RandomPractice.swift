package import VigilCore
package import VigilLedger

/// Changes a practice's store at random, as its staff would, and lets people work on follow-ups.
package struct RandomPractice {
    private var source: RandomClient
    private let people = ["ana", "ben"].compactMap { PersonID($0) }

    package init(seed: UInt64) {
        source = RandomClient(seed: seed)
    }

    package mutating func client(_ id: String) -> ClientSnapshot {
        source.next(id).snapshot
    }

    package mutating func chance(_ probability: Double) -> Bool { source.chance(probability) }

    /// Mostly minutes and hours, sometimes days.
    package mutating func minutesToPass() -> Int {
        source.pick([0, 5, 31, 61, 300, 1_440, 1_440, 3 * 1_440, 10 * 1_440])
    }

    // MARK: The practice's staff

    package mutating func change(_ snapshot: inout ClientSnapshot, at now: WallTime) {
        switch source.pick(Array(0..<12)) {
        case 0, 1: add(&snapshot, now)
        case 2, 3, 4: mark(&snapshot)
        case 5: removeSession(&snapshot)
        case 6: moveSession(&snapshot)
        case 7: snapshot.client.standing = source.pick([.active, .active, .active, .discharged, .deceased, .unlisted])
        case 8: toggleUnreadable(&snapshot)
        case 9:
            snapshot.contacts.append(
                ContactRecord(
                    at: now.adding(minutes: -30), outcome: source.pick([.reached, .messageLeft, .noAnswer]),
                    planDocumented: chance(0.5)))
        default: addClinical(&snapshot)
        }
    }

    private mutating func add(_ snapshot: inout ClientSnapshot, _ now: WallTime) {
        let hours = source.pick([-200, -30, -3, -1, 0, 1, 24, 72, 200])
        let key = SessionKey(id: "n\(source.pick(Array(0..<1_000)))", start: now.adding(hours: hours))
        guard !snapshot.sessions.contains(where: { $0.key == key }) else { return }
        let status = source.status()
        snapshot.sessions.append(
            SessionRecord(
                key: key, therapist: TherapistRef("t"), durationMinutes: 50, status: status, rawStatus: status.rawValue,
                reason: source.reason(), cancelledAt: source.cancelled().map { key.start.adding(hours: -$0) }))
    }

    private mutating func mark(_ snapshot: inout ClientSnapshot) {
        guard let index = anySession(snapshot) else { return }
        snapshot.sessions[index].status = source.pick(SessionStatus.allCases + [.attended, .missed])
        snapshot.sessions[index].reason = source.reason()
    }

    private mutating func removeSession(_ snapshot: inout ClientSnapshot) {
        if let index = anySession(snapshot) { snapshot.sessions.remove(at: index) }
    }

    private mutating func moveSession(_ snapshot: inout ClientSnapshot) {
        guard let index = anySession(snapshot) else { return }
        var moved = snapshot.sessions.remove(at: index)
        moved.key = SessionKey(id: moved.key.id, start: moved.start.adding(hours: source.pick([1, 25, 170])))
        moved.status = source.pick([.scheduled, .attended, .missed])
        if !snapshot.sessions.contains(where: { $0.key == moved.key }) { snapshot.sessions.append(moved) }
    }

    private mutating func toggleUnreadable(_ snapshot: inout ClientSnapshot) {
        let row = UnreadableRow(table: "session", rowID: "r\(source.pick([1, 2]))", column: "starts_at")
        if let index = snapshot.unreadable.firstIndex(of: row) {
            snapshot.unreadable.remove(at: index)
        } else {
            snapshot.unreadable.append(row)
        }
    }

    private mutating func addClinical(_ snapshot: inout ClientSnapshot) {
        let day = ClientBuilder.tuesday.adding(days: source.edge())
        switch source.pick(Array(0..<6)) {
        case 5:
            var plan = CarePlan()
            plan.cadenceDays = source.pick([.value(7), .value(1), .value(28), .absent, .invalid])
            snapshot.clinical.carePlan = plan
        case 0: snapshot.clinical.attempts.append(SuicideAttempt(day: .value(day), hasListedType: true))
        case 1: snapshot.clinical.clinicianFlag.active = source.flag()
        case 2:
            var screen = Screen(instrument: .columbia, day: .value(day))
            screen.ideationLevel = source.pick([.value(0), .value(3), .value(5), .invalid])
            snapshot.clinical.screens.append(screen)
        case 3:
            snapshot.clinical.admissions.append(
                Admission(dischargedOn: .value(day), isPsychiatric: true, suicideRelated: source.flag()))
        default: snapshot.clinical.attempts = []
        }
    }

    private mutating func anySession(_ snapshot: ClientSnapshot) -> Int? {
        snapshot.sessions.isEmpty ? nil : source.pick(Array(snapshot.sessions.indices))
    }

    // MARK: The people who follow up

    package mutating func work(on followUp: FollowUp, _ ledger: Ledger, at now: WallTime, policy: Policy) throws {
        let person = source.pick(people)
        let attempt = Attempt(
            at: now, by: person, channel: .phone, outcome: source.pick(Attempt.Outcome.allCases), note: "plan",
            reason: chance(0.3) ? source.pick(MissReason.allCases) : nil)
        let command: Lifecycle.Command = source.pick([
            .take, .record(attempt), .record(attempt), .close(source.pick(CloseReason.allCases), note: "note"),
            .acknowledge(.commandLine), .handOver(to: source.pick(people), source.pick(Role.allCases)),
            .reopen(note: "note"), .see, .remind(at: now.adding(hours: source.pick([-1, 1, 20, 200])), note: "note"),
            .giveReason(source.pick(MissReason.allCases), allSessions: chance(0.3)),
        ])
        _ = try ledger.carryOut(
            command, on: followUp.id, by: person, as: source.pick(Role.allCases), at: now, policy: policy)
    }
}
