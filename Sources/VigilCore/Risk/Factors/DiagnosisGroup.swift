/// `diagnosis_group`: the strongest group, one more for several groups, one more for an attempt with some of them; capped.
package struct DiagnosisGroup: RiskFactor {
    package static let id: RuleID = "diagnosis_group"
    package static let domain = Domain.diagnosis

    /// A group of the policy: by ICD-10-CM prefix, by a screen's total, or by mood disorder around a birth.
    struct Group: Sendable {
        var id: String
        var label: String
        var points: Int
        var basis: String
        var codes: [String]
        /// Endings after the category that mean "in remission": F10.11, F10.21, F10.91.
        var remissionEndings: [String]
        var screen: (instrument: Screen.Instrument, atLeast: Int, days: ClosedRange<Int>)?
        var perinatalMoodCodes: [String]
        var postpartumDays: Int
    }

    private let groups: [Group]
    private let severalGroupsPoints: Int
    private let withAttemptPoints: Int
    private let withAttempt: Set<String>

    package init(reading reader: ConfigReader) {
        groups = reader.sections("groups").map(Self.group)
        severalGroupsPoints = reader.integer("several_groups_points", in: 0...6)
        withAttemptPoints = reader.integer("with_attempt_points", in: 0...6)
        var withAttempt: Set<String> = []
        for (text, place) in reader.texts("with_attempt_groups") {
            if !groups.contains(where: { $0.id == text }) {
                let near = nearest(to: text, among: groups.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
                reader.issue("there is no diagnosis group '\(text)'\(near)", at: place)
            }
            withAttempt.insert(text)
        }
        self.withAttempt = withAttempt
    }

    private static func group(_ reader: ConfigReader) -> Group {
        let perinatal = reader.section("perinatal", required: false)
        let group = Group(
            id: reader.text("id"), label: reader.text("label"), points: reader.integer("points", in: 0...6),
            basis: reader.text("basis"), codes: codes(reader, "codes"),
            remissionEndings: codes(reader, "remission_endings"), screen: screen(reader),
            perinatalMoodCodes: codes(perinatal, "mood_codes"),
            postpartumDays: reader.has("perinatal") ? perinatal.integer("postpartum_days", in: 0...730) : 0)
        perinatal.refuseUnknownKeys()
        reader.refuseUnknownKeys()
        return group
    }

    private static func codes(_ reader: ConfigReader, _ key: String) -> [String] {
        reader.texts(key, required: false).map { normalised($0.text) }
    }

    private static func screen(
        _ reader: ConfigReader
    ) -> (instrument: Screen.Instrument, atLeast: Int, days: ClosedRange<Int>)? {
        guard reader.has("screen") else { return nil }
        let screen = reader.section("screen")
        let name = screen.text("instrument")
        let instrument = Screen.Instrument(named: name)
        if instrument == .unlisted { screen.issue("'\(name)' is not an instrument with a total") }
        let result = (instrument, screen.integer("at_least", in: 0...80), screen.range("days"))
        screen.refuseUnknownKeys()
        return result
    }

    package func finding(in evidence: Evidence) -> Finding {
        let codes = evidence.clinical.diagnoses.map(Self.normalised)
        let found = groups.filter { holds($0, codes, evidence) }
        guard let strongest = found.max(by: { $0.points < $1.points }) else {
            return evidence.clinical.diagnoses.isEmpty
                ? unknown("no diagnosis is on file") : absent("no diagnosis group that scores")
        }
        var points = strongest.points
        var reason = found.map(\.label).joined(separator: "; ")
        if found.count > 1 { points += severalGroupsPoints }
        let hasAttempt = evidence.clinical.attempts.contains { $0.day.value.map { evidence.age($0) != nil } ?? true }
        if hasAttempt, found.contains(where: { withAttempt.contains($0.id) }) {
            points += withAttemptPoints
            reason += "; with an attempt on record"
        }
        return Finding(
            Self.id, Self.domain, .present, points: points, reason: "on file: \(reason)", basis: strongest.basis)
    }

    private func holds(_ group: Group, _ codes: [String], _ evidence: Evidence) -> Bool {
        let coded = codes.contains { code in
            group.codes.contains { code.hasPrefix($0) } && !group.remissionEndings.contains(String(code.dropFirst(3)))
        }
        if coded { return true }
        if !group.perinatalMoodCodes.isEmpty,
            codes.contains(where: { code in group.perinatalMoodCodes.contains { code.hasPrefix($0) } })
        {
            let delivered = evidence.clinical.deliveredOn.value.map { evidence.day.days(since: $0) }
            if evidence.clinical.pregnant.value == true { return true }
            if let delivered, (0...group.postpartumDays).contains(delivered) { return true }
        }
        guard let rule = group.screen else { return false }
        return evidence.clinical.screens.contains { screen in
            guard screen.instrument == rule.instrument, let age = evidence.age(screen.day),
                let total = screen.total.value
            else { return false }
            return rule.days.contains(age) && total >= rule.atLeast
        }
    }

    /// ICD-10-CM without the dot, in capitals.
    private static func normalised(_ code: String) -> String {
        code.uppercased().filter { $0 != "." && $0 != " " }
    }
}
