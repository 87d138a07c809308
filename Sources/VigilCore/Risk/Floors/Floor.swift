/// A tier that points cannot go below, because an instrument's or an event's threshold was passed (clinical.md section 3).
///
/// A later negative screen does not cancel a floor inside its window. Only a named clinician sets one aside, on one
/// follow-up, with a reason.
package final class Floor: Sendable {
    package let id: RuleID
    package let tier: Tier
    package let basis: String
    private let rule: Rule

    /// The kinds of rule; their numbers come from the policy.
    enum Rule: Sendable {
        case ideationLevel(levels: ClosedRange<Int>, days: ClosedRange<Int>)
        case suicidalBehaviour(days: ClosedRange<Int>)
        case discharge(otherReason: Bool, days: ClosedRange<Int>)
        case emergencyVisit(days: ClosedRange<Int>)
        case clinicianFlag
        case minorWithFactor(underAge: Int)
        case unreadableSafetyField
        case engagement
    }

    enum Kind: String, CaseIterable {
        case ideationLevel = "ideation_level"
        case suicidalBehaviour = "suicidal_behaviour"
        case dischargeSuicideRelatedOrUnknown = "discharge_suicide_related_or_unknown"
        case dischargeOtherReason = "discharge_other_reason"
        case emergencyVisit = "emergency_visit_suicidal_or_unknown"
        case clinicianFlag = "clinician_flag"
        case minorWithFactor = "minor_with_factor"
        case unreadableSafetyField = "unreadable_safety_field"
        case engagement
    }

    /// The floor of `reader`; nil, and an issue, when its id is not usable.
    package init?(reading reader: ConfigReader) {
        tier = reader.choice("tier", Tier.self)
        basis = reader.text("basis")
        switch reader.choice("rule", Kind.self) {
        case .ideationLevel: rule = .ideationLevel(levels: reader.range("level"), days: reader.range("days"))
        case .suicidalBehaviour: rule = .suicidalBehaviour(days: reader.range("days"))
        case .dischargeSuicideRelatedOrUnknown: rule = .discharge(otherReason: false, days: reader.range("days"))
        case .dischargeOtherReason: rule = .discharge(otherReason: true, days: reader.range("days"))
        case .emergencyVisit: rule = .emergencyVisit(days: reader.range("days"))
        case .clinicianFlag: rule = .clinicianFlag
        case .minorWithFactor: rule = .minorWithFactor(underAge: reader.integer("under_age", in: 1...30))
        case .unreadableSafetyField: rule = .unreadableSafetyField
        case .engagement: rule = .engagement
        }
        let text = reader.text("id")
        guard let id = RuleID(policyKey: text) else {
            reader.issue("a floor's id is 1 to 48 characters of a-z, 0-9 and _")
            return nil
        }
        self.id = id
        reader.refuseUnknownKeys()
    }

    /// The floor as a finding when it holds for `evidence`, else nil.
    package func finding(in evidence: Evidence, findings: [Finding], flags: [Finding]) -> Finding? {
        guard let (day, reason) = holds(evidence, findings, flags) else { return nil }
        return Finding(id, nil, .present, day: day, reason: reason, basis: basis)
    }

    private typealias Holding = (day: LocalDay?, words: FindingWords)

    // Asked of every missed session of a store: nothing is collected, and words are made when they are read.
    private func holds(_ evidence: Evidence, _ findings: [Finding], _ flags: [Finding]) -> Holding? {
        switch rule {
        case .ideationLevel(let levels, let days): return ideation(evidence, levels, days)
        case .suicidalBehaviour(let days): return behaviour(evidence, days)
        case .discharge(let otherReason, let days): return discharge(evidence, otherReason, days)
        case .emergencyVisit(let days):
            var newest: LocalDay?
            for visit in evidence.clinical.emergencyVisits where visit.suicideRelated.value != false {
                note(visit.day, evidence, days, &newest)
            }
            return newest.map { ($0, evidence.words($0) { "emergency visit \($0.onDay)" }) }
        case .clinicianFlag:
            guard evidence.clinical.clinicianFlag.active.value == true else { return nil }
            return (evidence.clinical.clinicianFlag.since.value, "a clinician's flag is active")
        case .minorWithFactor(let underAge): return minor(evidence, findings, underAge)
        case .unreadableSafetyField:
            let names = evidence.file.unreadableSafetyFields
            return names.isEmpty ? nil : (nil, FindingWords("cannot be read: \(names.joined(separator: ", "))"))
        case .engagement:
            guard evidence.isScoredMiss, flags.count > 1, flags.contains(where: { $0.rule == TraumaFocusedEarly.id })
            else { return nil }
            return (
                nil,
                evidence.words(nil, flags.count - 1) { facts in
                    let signs = "\(facts.number) more sign\(facts.number > 1 ? "s" : "")"
                    return "the first sessions of trauma-focused work, and \(signs) that it is hard to come"
                }
            )
        }
    }

    private func ideation(
        _ evidence: Evidence, _ levels: ClosedRange<Int>, _ days: ClosedRange<Int>
    ) -> Holding? {
        var newest: LocalDay?
        for screen in evidence.clinical.screens where screen.instrument == .columbia {
            guard let level = screen.ideationLevel.value, levels.contains(level) else { continue }
            note(screen.day, evidence, days, &newest)
        }
        return newest.map { ($0, evidence.words($0) { "C-SSRS level \(levels.words) \($0.onDay)" }) }
    }

    private func behaviour(_ evidence: Evidence, _ days: ClosedRange<Int>) -> Holding? {
        var newest: LocalDay?
        for attempt in evidence.clinical.attempts { note(attempt.day, evidence, days, &newest) }
        for screen in evidence.clinical.screens where screen.instrument == .columbia && screen.behaviour.value == true {
            note(screen.day, evidence, days, &newest)
        }
        return newest.map { ($0, evidence.words($0) { "suicidal behaviour on file \($0.onDay)" }) }
    }

    private func discharge(_ evidence: Evidence, _ otherReason: Bool, _ days: ClosedRange<Int>) -> Holding? {
        var newest: LocalDay?
        for stay in evidence.clinical.admissions
        where stay.isPsychiatric && (stay.suicideRelated.value == false) == otherReason {
            note(stay.dischargedOn, evidence, days, &newest)
        }
        return newest.map { ($0, evidence.words($0) { "left psychiatric care \($0.onDay)" }) }
    }

    private func minor(_ evidence: Evidence, _ findings: [Finding], _ underAge: Int) -> Holding? {
        guard evidence.isScoredMiss, let born = evidence.client.bornOn.value,
            evidence.day.years(since: born) < underAge,
            findings.contains(where: { $0.points > 0 && $0.domain?.isAtoE ?? false })
        else { return nil }
        return (nil, evidence.words(nil, underAge) { "under \($0.number), and something is on file" })
    }

    /// Keeps the day when it is the newest so far that lies in the window.
    private func note(
        _ reading: Reading<LocalDay>, _ evidence: Evidence, _ window: ClosedRange<Int>, _ newest: inout LocalDay?
    ) {
        guard let day = reading.value, let age = evidence.age(day), window.contains(age) else { return }
        newest = max(newest ?? day, day)
    }
}

/// Which safety fields of a record are present but unreadable, of whatever date.
package struct UnreadableSafetyFields: Sendable, Hashable {
    package let names: [String]

    package init(_ record: ClinicalRecord) {
        var names: [String] = []
        func note(_ name: String, _ unreadable: Bool) {
            if unreadable { names.append(name) }
        }
        note("PHQ-9 item 9", record.screens.contains { $0.instrument == .phq9 && $0.item9.isInvalid })
        note("C-SSRS level", record.screens.contains { $0.instrument == .columbia && $0.ideationLevel.isInvalid })
        note("C-SSRS behaviour item", record.screens.contains { $0.instrument == .columbia && $0.behaviour.isInvalid })
        note("attempt date", record.attempts.contains { $0.day.isInvalid })
        note("discharge date", record.admissions.contains { $0.isPsychiatric && $0.dischargedOn.isInvalid })
        note("emergency visit date", record.emergencyVisits.contains { $0.day.isInvalid })
        note("clinician's flag", record.clinicianFlag.active.isInvalid)
        self.names = names
    }
}

extension ClosedRange<Int> {
    package var words: String {
        lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
}

extension LocalDay {
    /// Whole years from `birth` to this day, as ages are counted.
    package func years(since birth: LocalDay) -> Int {
        let (year, month, day) = civil
        let born = birth.civil
        return year - born.year - ((month, day) < (born.month, born.day) ? 1 : 0)
    }
}
