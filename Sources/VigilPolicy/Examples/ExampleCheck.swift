import VigilCore

/// Holds what a policy says against what an example expects, in words.
struct ExampleCheck {
    let expected: ExampleExpectation
    let got: ExampleAnswer
    let zone: Zone

    /// Everything that differs; empty when the example holds.
    var differences: [PolicyTestReport.Difference] {
        if expected.isNothing {
            return got.acts == 0 ? [] : [.init("what happens", "nothing", happened)]
        }
        var found: [PolicyTestReport.Difference] = []
        func compare<Value: Equatable>(
            _ what: String, _ expected: Value?, _ got: Value, _ words: (Value) -> String
        ) {
            guard let expected, expected != got else { return }
            found.append(.init(what, words(expected), words(got)))
        }
        compare("outcome", expected.outcome, got.index.outcome) { $0.rawValue }
        compare("tier", expected.tier, got.followUp?.tier) { $0?.rawValue ?? "none" }
        compare("tier_before_resolution", expected.tierBeforeResolution, got.assessment.tierBeforeResolution) {
            $0.rawValue
        }
        compare("points", expected.points, got.assessment.points) { "\($0)" }
        compare("floors", expected.floors, Set(got.assessment.floors.map(\.rule)), list)
        compare("engagement", expected.engagement, Set(got.assessment.engagement.map(\.rule)), list)
        compare("care", expected.care, careRules, list)
        compare("owner", expected.owner, got.followUp?.owner ?? .admin) { $0 == .admin ? "none" : $0.rawValue }
        compare("closed", expected.closed.map(Optional.some), got.closed) { $0?.rawValue ?? "not closed" }
        compare("resolved", expected.resolved, got.assessment.resolution != nil) { "\($0)" }
        compare("scored", expected.scored, got.assessment.scored) { "\($0)" }
        compare("incident", expected.incident, got.assessment.incident) { "\($0)" }
        compare("check_up", expected.checkUp, got.followUp?.origin == .checkUp) { "\($0)" }
        compare("problems", expected.problems, got.problems) { $0.sorted().joined(separator: ", ") }
        return found + factors + tasks + times
    }

    private func list(_ rules: Set<RuleID>) -> String {
        rules.isEmpty ? "none" : rules.map(\.text).sorted().joined(separator: ", ")
    }

    private var careRules: Set<RuleID> {
        Set((got.care.findings + got.care.toPickUp).filter { $0.state == .present }.map(\.rule))
    }

    private var happened: String {
        var parts: [String] = []
        if let tier = got.followUp?.tier { parts.append("a follow-up of tier \(tier.rawValue)") }
        if got.followUp == nil, let closed = got.closed { parts.append("a follow-up, closed: \(closed.rawValue)") }
        if !got.tasks.isEmpty { parts.append("tasks \(list(Set(got.tasks.map(\.kind))))") }
        return parts.isEmpty ? "\(got.acts) acts" : parts.joined(separator: ", ")
    }

    private var factors: [PolicyTestReport.Difference] {
        let findings = Dictionary(
            got.assessment.findings.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
        return expected.factors.sorted { $0.key.text < $1.key.text }.compactMap { rule, expected in
            let finding = findings[rule]
            let now: ExampleExpectation.Factor =
                switch finding?.state {
                case .present: .points(finding?.points ?? 0)
                case .unknown: .unknown
                case .absent, nil: .absent
                }
            // Nothing on file that scores is 0 points too.
            if expected == now || (expected == .points(0) && now == .absent) { return nil }
            return .init("factors.\(rule.text)", expected.words, now.words)
        }
    }

    private var tasks: [PolicyTestReport.Difference] {
        let held = Dictionary(got.tasks.map { ($0.kind, $0.due) }, uniquingKeysWith: min)
        var found: [PolicyTestReport.Difference] = []
        for task in expected.tasks.sorted(by: { $0.id.text < $1.id.text }) {
            guard let due = held[task.id] else {
                found.append(.init("tasks.\(task.id.text)", "there", "not there"))
                continue
            }
            guard let wanted = task.due else { continue }
            let moment = wanted.time(from: got.start, zone)
            if moment != due { found.append(.init("tasks.\(task.id.text)", words(moment), words(due))) }
        }
        for rule in expected.noTasks.sorted(by: { $0.text < $1.text }) where held[rule] != nil {
            found.append(.init("tasks.\(rule.text)", "not there", "there"))
        }
        for rule in expected.notCare.sorted(by: { $0.text < $1.text }) where careRules.contains(rule) {
            found.append(.init("care.\(rule.text)", "not there", "there"))
        }
        return found
    }

    private var times: [PolicyTestReport.Difference] {
        var found: [PolicyTestReport.Difference] = []
        if let wanted = expected.contactBy?.time(from: got.start, zone), wanted != got.followUp?.contactBy {
            found.append(.init("contact_by", words(wanted), got.followUp.map { words($0.contactBy) } ?? "no follow-up"))
        }
        switch expected.pages {
        case nil: break
        case .never: if !got.pagedAt.isEmpty { found.append(.init("pages", "none", list(got.pagedAt))) }
        case .atAll: if got.pagedAt.isEmpty { found.append(.init("pages", "at least one", "none")) }
        case .at(let wanted):
            let moments = wanted.map { $0.time(from: got.start, zone) }
            if moments != got.pagedAt { found.append(.init("pages", list(moments), list(got.pagedAt))) }
        }
        return found
    }

    private func list(_ times: [WallTime]) -> String {
        times.isEmpty ? "none" : times.map { ExampleTime.words($0.seconds(since: got.start)) }.joined(separator: ", ")
    }

    /// `2h (2026-03-02 17:00)`.
    private func words(_ time: WallTime) -> String {
        let minute = zone.secondOfDay(of: time) / 60
        let clock = "\(padded(minute / 60, 2)):\(padded(minute % 60, 2))"
        return "\(ExampleTime.words(time.seconds(since: got.start))) (\(zone.day(of: time).iso) \(clock))"
    }
}

extension ExampleExpectation.Factor {
    var words: String {
        switch self {
        case .points(let points): points == 1 ? "1 point" : "\(points) points"
        case .absent: "absent"
        case .unknown: "unknown"
        }
    }
}
