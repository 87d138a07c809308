package import VigilCore

/// One of the clinic's own examples: what is given, when it is looked at, and what the policy must say.
package struct PolicyExample: Sendable {
    /// What people call it; each of a file has another.
    package var name: String
    package var place: ConfigNode.Place
    /// Given, in the words of `CaseReader`.
    let given: [String: JSONValue]
    /// Seconds from the start of the session to the last look.
    let at: Int
    let expected: ExampleExpectation
}

/// What an example expects. What it does not name is not compared; one that names nothing expects that nothing happens.
struct ExampleExpectation: Sendable {
    enum Factor: Sendable, Hashable {
        case points(Int)
        case absent
        /// Not asked, not on file, or not readable: a value of its own.
        case unknown
    }

    /// A time that is to be met: from the start of the session, or by the clock of the practice.
    enum Time: Sendable, Hashable {
        case after(Int)
        case clock(LocalDay, secondOfDay: Int)

        func time(from start: WallTime, _ zone: Zone) -> WallTime {
            switch self {
            case .after(let seconds): start.adding(seconds: seconds)
            case .clock(let day, let second): zone.time(on: day, secondOfDay: second)
            }
        }
    }

    struct Task: Sendable, Hashable {
        var id: RuleID
        var due: Time?
    }

    enum Pages: Sendable, Hashable {
        case never
        case atAll
        case at([Time])
    }

    var isNothing = true
    var outcome: Outcome?
    /// The tier of the follow-up that is open at the end; `.some(nil)` for none.
    var tier: Tier??
    var tierBeforeResolution: Tier?
    var points: Int?
    var floors: Set<RuleID>?
    var factors: [RuleID: Factor] = [:]
    var engagement: Set<RuleID>?
    var tasks: [Task] = []
    var noTasks: Set<RuleID> = []
    var pages: Pages?
    var owner: Role?
    var contactBy: Time?
    var closed: CloseReason?
    var resolved: Bool?
    var scored: Bool?
    var incident: Bool?
    var checkUp: Bool?
    var care: Set<RuleID>?
    var notCare: Set<RuleID> = []
    var problems: Set<String>?

    /// Which rules it says something about that holds, for "a factor without an example".
    var rules: Set<RuleID> {
        var rules = (floors ?? []).union(engagement ?? []).union(care ?? [])
        for (rule, factor) in factors {
            if case .points(let points) = factor, points > 0 { rules.insert(rule) }
        }
        return rules.union(tasks.map(\.id))
    }
}

/// The clinic's examples, as read from their file.
package struct PolicyExamples: Sendable {
    /// A number that no example can show, such as a target: it is only compared.
    package struct Agreed: Sendable {
        package var key: String
        package var value: String
        package var place: ConfigNode.Place
    }

    package var file: String
    package var examples: [PolicyExample]
    package var agreed: [Agreed]
}
