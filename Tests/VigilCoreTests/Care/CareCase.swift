import VigilCore
import VigilTestKit

extension ClientBuilder {
    /// The client's sessions as they stand at 8pm of day `offset`.
    func classified(_ policy: Policy, on offset: Int = 0, given: [Int: MissReason] = [:]) -> [ClassifiedSession] {
        let now = zone.time(on: day(offset), secondOfDay: 20 * 3_600)
        let reasons = Dictionary(given.map { (key($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        return snapshot.sessions.map { policy.detector.classify($0, given: reasons[$0.key], at: now) }
    }

    func momentum(_ policy: Policy, on offset: Int = 0, given: [Int: MissReason] = [:]) -> Momentum {
        policy.care.momentum(
            of: classified(policy, on: offset, given: given), plan: snapshot.clinical.carePlan, today: day(offset))
    }

    func drift(_ policy: Policy, on offset: Int = 0) -> Drift? {
        policy.care.drift(
            of: snapshot.client, sessions: classified(policy, on: offset), plan: snapshot.clinical.carePlan,
            now: zone.time(on: day(offset), secondOfDay: 20 * 3_600), today: day(offset))
    }

    func planned(everyDays days: Reading<Int> = .absent, review: Int? = nil, step: String? = nil) -> ClientBuilder {
        changed { snapshot in
            var plan = CarePlan()
            plan.cadenceDays = days
            plan.safetyPlanReviewOn = review.map { .value(day($0)) } ?? .absent
            plan.nextStep = step
            snapshot.clinical.carePlan = plan
        }
    }

    /// Weekly sessions of the last weeks, the oldest first, one letter each: a attended, m missed, l cancelled late, c cancelled
    /// by the client in time, p called off by the practice, x excused, - nothing in the book. The last is of day 0.
    static func weeks(_ letters: String) -> ClientBuilder {
        let count = letters.count
        return letters.enumerated().reduce(ClientBuilder()) { client, entry in
            let offset = -7 * (count - 1 - entry.offset)
            switch entry.element {
            case "a": return client.session(offset, .attended)
            case "m": return client.session(offset, .missed)
            case "l": return client.session(offset, .lateCancel)
            case "c": return client.session(offset, .clientCancel, cancelledHoursBefore: 48)
            case "p": return client.session(offset, .providerCancel)
            case "x": return client.session(offset, .excused)
            default: return client
            }
        }
    }
}
