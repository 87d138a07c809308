package import VigilCore

/// Makes clients at random, with days and values chosen at the edges where rules change.
///
/// The same seed gives the same clients (I27); a test that uses it prints its seed.
package struct RandomClient: Sendable {
    package var random: SeededRandom

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// A client with a session on day 0, some before and after it, and something of everything on file.
    package mutating func next(_ id: String = "client") -> ClientBuilder {
        let zone = ClientBuilder.newYork
        var client = ClientBuilder(id, zone: zone)
        for offset in [-371, -364, -84, -63, -42, -28, -21, -14, -7, -3, 1, 3, 7, 14, 21, 40] where chance(0.5) {
            client = client.session(offset, status(), reason: reason(), cancelledHoursBefore: cancelled())
        }
        client = client.session(0, indexStatus(), reason: reason(), cancelledHoursBefore: cancelled())
        if chance(0.1) { client = client.session(0, status(), minutes: 120) }
        if chance(0.2) {
            client = client.contact(
                hoursAfter: Int.random(in: -24...80, using: &random),
                pick([.reached, .messageLeft, .noAnswer, .unlisted]), planDocumented: chance(0.5))
        }
        client = client.firstContact(on: dayOrNothing())
        if chance(0.3) { client = client.turns(pick([17, 18, 40]), on: pick([-1, 0, 1])) }
        return clinical(client)
    }

    private mutating func clinical(_ start: ClientBuilder) -> ClientBuilder {
        var client = start
        for _ in 0..<pick([0, 0, 1, 2]) {
            client = client.columbia(on: dayOrNothing(), level: integer(0...5), behaviour: flag())
        }
        for _ in 0..<pick([0, 0, 1, 2]) {
            client = client.phq9(on: dayOrNothing(), item9: integer(0...3), total: integer(0...27))
        }
        if chance(0.3) {
            client = client.screen(pick([.pcl5, .auditC, .gad7]), on: dayOrNothing(), total: integer(0...40))
        }
        if chance(0.1) { client = client.screen(pick([.clinicianAssessment, .unlisted]), on: dayOrNothing()) }
        if chance(0.25) { client = client.attempt(on: day(), isListed: chance(0.8)) }
        if chance(0.2) { client = client.selfInjury(on: dayOrNothing()) }
        if chance(0.25) { client = client.discharge(on: day(), suicideRelated: flag(), isPsychiatric: chance(0.8)) }
        if chance(0.2) { client = client.emergencyVisit(on: day(), suicideRelated: flag()) }
        for _ in 0..<pick([0, 0, 1, 3]) {
            client = client.medication(
                pick(MedicationEntry.Class.allCases), pick([.adherent, .stopped, .nonadherent, .unlisted]),
                on: dayOrNothing())
        }
        for code in ["F60.3", "F50.01", "F31.9", "F3220", "F20.9", "F43.10", "F10.21", "F11.20", "F33.1"]
        where chance(0.1) {
            client = client.diagnosed(code)
        }
        if chance(0.3) { client = client.flag(flag(), since: -10) }
        if chance(0.3) { client = client.treatment(traumaFocused: flag(), attended: integer(0...12)) }
        return client.changed { snapshot in
            if chance(0.1) { snapshot.clinical.pregnant = flag() }
            if chance(0.1) { snapshot.clinical.deliveredOn = day() }
            if chance(0.1) { snapshot.clinical.therapistChangedOn = day() }
        }
    }

    // MARK: Choices

    package mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    package mutating func pick<Item>(_ items: [Item]) -> Item {
        items[Int.random(in: 0..<items.count, using: &random)]
    }

    /// A day offset at an edge of some rule.
    package mutating func edge() -> Int {
        -pick([1, 2, 7, 8, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 1_826, 1_827, 3_000, 0, -3])
    }

    private mutating func dayOrNothing() -> Int? {
        chance(0.9) ? edge() : nil
    }

    private mutating func day() -> Reading<LocalDay> {
        switch pick([0, 0, 0, 0, 0, 1, 2]) {
        case 0: .value(ClientBuilder.tuesday.adding(days: edge()))
        case 1: .absent
        default: .invalid
        }
    }

    package mutating func flag() -> Reading<Bool> {
        pick([.value(true), .value(false), .absent, .invalid])
    }

    private mutating func integer(_ range: ClosedRange<Int>) -> Reading<Int> {
        switch pick([0, 0, 0, 0, 0, 0, 1, 2]) {
        case 0: .value(Int.random(in: range, using: &random))
        case 1: .absent
        default: .invalid
        }
    }

    package mutating func status() -> SessionStatus {
        chance(0.4) ? .attended : pick(SessionStatus.allCases)
    }

    private mutating func indexStatus() -> SessionStatus {
        chance(0.5) ? .missed : pick(SessionStatus.allCases)
    }

    package mutating func reason() -> SessionReason {
        chance(0.8) ? .none : pick([.psychiatricAdmission, .involuntary, .tooStressful, .other])
    }

    package mutating func cancelled() -> Int? {
        pick([nil, 0, 1, 23, 24, 25, 100])
    }
}
