package import VigilCore

/// Looks at a policy for what no reader refuses and nobody can have meant.
package enum PolicyLint {
    package struct Finding: Sendable, Hashable, Encodable {
        package enum Kind: String, Sendable, Hashable, Encodable {
            case unreachableTier = "unreachable_tier"
            case neverHolds = "never_holds"
            case noExample = "no_example"
            case oldEvidence = "old_evidence"
        }
        package var kind: Kind
        package var file: String
        package var line: Int
        package var words: String

        package var text: String { "\(file):\(line): \(words)" }
    }

    /// - Parameter examples: nil for a clinic that has none: then nothing is said about missing ones.
    package static func findings(
        _ root: ConfigNode, policy: Policy, file: String, examples: PolicyExamples?, today: LocalDay
    ) -> [Finding] {
        let found =
            unreachable(root, policy, file) + neverHolding(root, file) + old(root, policy, file, today)
            + (examples.map { withoutExample(root, policy, file, $0) } ?? [])
        return found.sorted { ($0.line, $0.words) < ($1.line, $1.words) }
    }

    // MARK: Tiers that nothing reaches

    private static func unreachable(_ root: ConfigNode, _ policy: Policy, _ file: String) -> [Finding] {
        var most: [Domain: Int] = [:]
        for type in RiskFactorCatalog.types {
            guard let node = root["factors"]?[type.id.text] else { continue }
            let points = type.id == DiagnosisGroup.id ? diagnosisPoints(node) : node.points.max() ?? 0
            most[type.domain] =
                type.domain.addsUp ? most[type.domain, default: 0] + points : max(most[type.domain, default: 0], points)
        }
        for (domain, cap) in policy.domainCaps { most[domain] = min(most[domain, default: 0], cap) }
        let sum = most.values.reduce(0, +)
        let opensNow =
            most[.ideation, default: 0] > 0 || most[.behaviour, default: 0] > 0
            || most[.transition, default: 0] > policy.transitionPointsForNow
        let limits: [(Tier, Int, String)] = [
            (.next, policy.tierPoints.next, "next_from_points"), (.today, policy.tierPoints.today, "today_from_points"),
            (.now, policy.tierPoints.now, "now_from_points"),
        ]
        return limits.compactMap { tier, limit, key in
            let byPoints = sum >= limit && (tier != .now || opensNow)
            guard !byPoints else { return nil }
            let hasFloor = policy.floors.contains { $0.tier == tier }
            let why = "all factors together give \(sum) points at most"
            return Finding(
                kind: .unreachableTier, file: file, line: root["tiers"]?[key]?.place.line ?? 1,
                words: "tier \(tier.rawValue) is reached by \(hasFloor ? "floors alone" : "nothing"): \(why)")
        }
    }

    private static func diagnosisPoints(_ node: ConfigNode) -> Int {
        func number(_ key: String) -> Int { node[key]?.text.flatMap { Int($0) } ?? 0 }
        return (node["groups"]?.points.max() ?? 0) + number("several_groups_points") + number("with_attempt_points")
    }

    // MARK: Rows that decide nothing

    private static func neverHolding(_ root: ConfigNode, _ file: String) -> [Finding] {
        var found: [Finding] = []
        func walk(_ node: ConfigNode, _ key: String, dayFrom: Int) {
            switch node.content {
            case .scalar: break
            case .list(let items):
                if key.hasSuffix(".bands") {
                    let whole = BandTable(items, dayFrom: dayFrom)
                    for (index, item) in items.enumerated() {
                        let others = items.enumerated().filter { $0.offset != index }.map(\.element)
                        guard BandTable(others, dayFrom: dayFrom).saysTheSame(as: whole) else { continue }
                        found.append(
                            Finding(
                                kind: .neverHolds, file: file, line: item.place.line,
                                words: "\(key)[\(index + 1)] never decides: no value has it, or another row gives more")
                        )
                    }
                }
                for (index, item) in items.enumerated() { walk(item, "\(key)[\(index + 1)]", dayFrom: dayFrom) }
            case .map(let entries):
                for entry in entries {
                    walk(entry.value, "\(key).\(entry.key)", dayFrom: entry.key == "new_client" ? 0 : dayFrom)
                }
            }
        }
        if let factors = root["factors"] { walk(factors, "factors", dayFrom: 1) }
        guard case .list(let floors) = root["floors"]?.content else { return found }
        for floor in floors where floor["level"] != nil && BandTable([floor], dayFrom: 1).isEmpty {
            found.append(
                Finding(
                    kind: .neverHolds, file: file, line: floor.place.line,
                    words: "floor '\(floor["id"]?.text ?? "")' never holds: no C-SSRS has such a level"))
        }
        return found
    }

    // MARK: Old citations

    private static func old(_ root: ConfigNode, _ policy: Policy, _ file: String, _ today: LocalDay) -> [Finding] {
        guard let limit = policy.evidenceYears else { return [] }
        return root.citations.compactMap { text, line in
            guard let year = years(in: text).max(), today.civil.year - year > limit else { return nil }
            return Finding(
                kind: .oldEvidence, file: file, line: line,
                words: "the newest of '\(text)' is of \(year), more than \(limit) years ago: look at it again")
        }
    }

    private static func years(in text: String) -> [Int] {
        text.split { !$0.isNumber }.compactMap { $0.utf8.count == 4 ? Int($0) : nil }.filter {
            (1900...2100).contains($0)
        }
    }

    // MARK: Rules without an example

    private static func withoutExample(
        _ root: ConfigNode, _ policy: Policy, _ file: String, _ examples: PolicyExamples
    ) -> [Finding] {
        let named = examples.examples.reduce(into: Set<RuleID>()) { $0.formUnion($1.expected.rules) }
        let tiers = Set(examples.examples.compactMap { $0.expected.tier ?? nil })
        var found: [Finding] = []
        func note(_ what: String, _ line: Int?) {
            found.append(Finding(kind: .noExample, file: file, line: line ?? 1, words: "\(what) has no example"))
        }
        for type in RiskFactorCatalog.types where !named.contains(type.id) {
            note("factor '\(type.id.text)'", root["factors"]?.line(of: type.id.text))
        }
        if case .list(let floors) = root["floors"]?.content {
            for floor in floors {
                guard let id = floor["id"]?.text, let rule = RuleID(policyKey: id), !named.contains(rule) else {
                    continue
                }
                note("floor '\(id)'", floor.place.line)
            }
        }
        for flag in policy.flags where !named.contains(flag.id) {
            note("engagement '\(flag.id.text)'", root["engagement"]?.line(of: flag.id.text))
        }
        for tier in Tier.allCases where !tiers.contains(tier) {
            note("tier \(tier.rawValue)", root["protocol"]?.line(of: tier.rawValue))
        }
        for (key, task) in [
            ("momentum", policy.care.momentum.returnTask.id), ("commitment", policy.care.commitment.task.id),
            ("check_up", policy.care.checkUp.task.id),
        ] where !named.contains(task) { note("task '\(task.text)'", root["care"]?.line(of: key)) }
        return found
    }
}

extension ConfigNode {
    fileprivate subscript(key: String) -> ConfigNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    fileprivate func line(of key: String) -> Int? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.keyPlace.line
    }

    fileprivate var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// Every number under a key `points`.
    fileprivate var points: [Int] {
        switch content {
        case .scalar: []
        case .list(let items): items.flatMap(\.points)
        case .map(let entries):
            entries.flatMap { entry in
                entry.key == "points" ? [entry.value.text.flatMap { Int($0) } ?? 0] : entry.value.points
            }
        }
    }

    /// Every text under a key `basis`, with its line.
    fileprivate var citations: [(text: String, line: Int)] {
        switch content {
        case .scalar: []
        case .list(let items): items.flatMap(\.citations)
        case .map(let entries):
            entries.flatMap { entry in
                entry.key == "basis"
                    ? [(entry.value.text ?? "", entry.value.place.line)] : entry.value.citations
            }
        }
    }
}
