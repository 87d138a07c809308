package import VigilCore

/// Reads `config/policy.tests.yaml`: the clinic's own examples of what its policy must say.
///
/// Every key is known or an issue with its line, as in every other file; values under `given` are taken as they stand, since
/// what cannot be read is something that a policy must say something about.
package enum ExampleFile {
    package static let version = "vigil.policy_tests/1"
    /// More would be a copy of the practice and no set of examples.
    package static let maxExamples = 5_000

    /// - Returns: nil when `vigil.yaml` names none.
    /// - Throws: `OperationError` of kind `configuration` with every issue of the file.
    package static func load(for machine: MachineConfig) throws -> PolicyExamples? {
        try machine.policyTestsPath.map { try load(path: $0) }
    }

    package static func load(path: String) throws -> PolicyExamples {
        try ConfigFile.load(path: path, operation: operation) { reader, _ in examples(reader, file: path) }
    }

    /// The same for a text in memory; `file` is its name in messages.
    package static func parse(text: String, file: String) throws -> PolicyExamples {
        try ConfigFile.parse(text: text, file: file, operation: operation) { reader, _ in examples(reader, file: file) }
    }

    private static let operation = "read the policy's examples"

    private static func examples(_ reader: ConfigReader, file: String) -> PolicyExamples {
        if reader.text("version") != version {
            reader.issue("version must be '\(version)'; this vigil knows no other")
        }
        let section = reader.section("backgrounds", required: false)
        var backgrounds: [String: JSONValue] = [:]
        for (key, _) in section.keys {
            backgrounds[key] = section.node(key).map {
                JSONValue($0, .given, path: "backgrounds.\(key)", reader: reader)
            }
        }
        let agreed = reader.section("agreed", required: false)
        let values = agreed.keys.map { key, place in
            PolicyExamples.Agreed(key: key, value: agreed.text(key), place: place)
        }
        let sections = reader.sections("examples")
        if sections.count > maxExamples { reader.issue("examples: at most \(maxExamples)") }
        let found = sections.prefix(maxExamples).map { example($0, backgrounds) }
        for (name, held) in Dictionary(grouping: found, by: \.name) where held.count > 1 {
            reader.issue("examples: '\(name)' is the name of \(held.count) of them", at: held[1].place)
        }
        reader.refuseUnknownKeys()
        return PolicyExamples(file: file, examples: found, agreed: values)
    }

    private static func example(_ reader: ConfigReader, _ backgrounds: [String: JSONValue]) -> PolicyExample {
        var background: JSONValue?
        if reader.has("from") {
            let name = reader.text("from")
            background = backgrounds[name]
            if background == nil {
                let near = nearest(to: name, among: backgrounds.keys.sorted())
                reader.issue(
                    "there is no background '\(name)'\(near.map { "; did you mean '\($0)'?" } ?? "")",
                    at: reader.node("from")?.place)
            }
        }
        let own = reader.node("given").map { JSONValue($0, .given, path: "given", reader: reader) } ?? .object([:])
        let merged = own.over(background)
        let given = if case .object(let object) = merged { object } else { [String: JSONValue]() }
        var at = 3_600
        if reader.has("at") {
            if let seconds = ExampleTime.seconds(reader.text("at")) {
                at = seconds
            } else {
                reader.issue("at must be a time such as 1h, 30m or 2d 3h", at: reader.node("at")?.place)
            }
        }
        let expected = ExampleExpectation(reading: reader.section("expect", required: false))
        _ = reader.node("expect")
        let name = reader.text("name")
        // For people alone.
        _ = reader.node("because")
        reader.refuseUnknownKeys()
        return PolicyExample(name: name, place: reader.place, given: given, at: at, expected: expected)
    }
}

extension ExampleExpectation {
    init(reading reader: ConfigReader) {
        isNothing = reader.keys.isEmpty
        if reader.has("outcome") { outcome = reader.choice("outcome", Outcome.self) }
        if reader.has("tier") {
            tier = reader.text("tier") == "none" ? .some(nil) : .some(reader.choice("tier", Tier.self))
        }
        if reader.has("tier_before_resolution") {
            tierBeforeResolution = reader.choice("tier_before_resolution", Tier.self)
        }
        if reader.has("points") { points = reader.integer("points", in: 0...100) }
        floors = Self.rules(reader, "floors")
        engagement = Self.rules(reader, "engagement")
        care = Self.rules(reader, "care")
        notCare = Self.rules(reader, "no_care") ?? []
        noTasks = Self.rules(reader, "no_tasks") ?? []
        problems = reader.has("problems") ? Set(reader.texts("problems").map(\.text)) : nil
        factors = Self.factors(reader.section("factors", required: false))
        tasks = Self.tasks(reader)
        pages = Self.pages(reader)
        if reader.has("owner") { owner = reader.choice("owner", Role.self) }
        if reader.has("contact_by") { contactBy = Self.time(reader, reader.node("contact_by"), "contact_by") }
        if reader.has("closed") { closed = reader.choice("closed", CloseReason.self) }
        if reader.has("resolved") { resolved = reader.flag("resolved") }
        if reader.has("scored") { scored = reader.flag("scored") }
        if reader.has("incident") { incident = reader.flag("incident") }
        if reader.has("check_up") { checkUp = reader.flag("check_up") }
        reader.refuseUnknownKeys()
    }

    private static func rules(_ reader: ConfigReader, _ key: String) -> Set<RuleID>? {
        guard reader.has(key) else { return nil }
        return Set(
            reader.texts(key).compactMap { text, place in
                let rule = RuleID(policyKey: text)
                if rule == nil { reader.issue("'\(text)' cannot be the id of a rule", at: place) }
                return rule
            })
    }

    private static func factors(_ reader: ConfigReader) -> [RuleID: Factor] {
        var factors: [RuleID: Factor] = [:]
        let known = RiskFactorCatalog.types.map { $0.id.text }
        for (key, place) in reader.keys {
            guard known.contains(key), let rule = RuleID(policyKey: key) else {
                let near = nearest(to: key, among: known)
                reader.issue("there is no factor '\(key)'\(near.map { "; did you mean '\($0)'?" } ?? "")", at: place)
                continue
            }
            switch reader.text(key) {
            case "unknown": factors[rule] = .unknown
            case "absent": factors[rule] = .absent
            default: factors[rule] = .points(reader.integer(key, in: 0...6))
            }
        }
        return factors
    }

    /// `[first_call]`, or `{first_call: 2h}` with the time when each is due.
    private static func tasks(_ reader: ConfigReader) -> [Task] {
        guard let node = reader.node("tasks") else { return [] }
        if case .list = node.content { return (rules(reader, "tasks") ?? []).map { Task(id: $0) } }
        let section = reader.section("tasks")
        return section.keys.compactMap { key, place in
            guard let rule = RuleID(policyKey: key) else {
                reader.issue("'\(key)' cannot be the id of a task", at: place)
                return nil
            }
            return Task(id: rule, due: time(section, section.node(key), key))
        }
    }

    private static func pages(_ reader: ConfigReader) -> Pages? {
        guard let node = reader.node("pages") else { return nil }
        switch node.content {
        case .scalar("none", _): return .never
        case .list(let items): return .at(items.compactMap { time(reader, $0, "pages") })
        default: return reader.flag("pages") ? .atAll : .never
        }
    }

    private static func time(_ reader: ConfigReader, _ node: ConfigNode?, _ name: String) -> Time? {
        guard let node, case .scalar(let text, _) = node.content else { return nil }
        if let seconds = ExampleTime.seconds(text) { return .after(seconds) }
        if let clock = ExampleTime.clock(text) { return .clock(clock.day, secondOfDay: clock.secondOfDay) }
        reader.issue("\(reader.name(name)) must be a time such as 2h or '2026-03-02 17:00'", at: node.place)
        return nil
    }
}
