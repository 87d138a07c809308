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
    private let matchers: [Matcher]
    /// For each group, whether it counts one more beside an attempt.
    private let countsWithAttempt: [Bool]
    private let sentence: FindingWords.Sentence

    /// A set of groups is kept as the bits of a number.
    private static let maxGroups = 31

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
        if groups.count > Self.maxGroups {
            reader.issue("there can be no more than \(Self.maxGroups) diagnosis groups")
        }
        matchers = groups.map(Matcher.init)
        countsWithAttempt = groups.map { withAttempt.contains($0.id) }
        let labels = groups.map(\.label)
        sentence = { facts in
            let found = labels.indices.filter { facts.number & (1 << $0) != 0 }.map { labels[$0] }
            let attempt = facts.other == 1 ? "; with an attempt on record" : ""
            return "on file: \(found.joined(separator: "; "))\(attempt)"
        }
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
        let codes = evidence.diagnosisCodes
        // Which groups hold, one bit each: nothing is kept of them but their labels, and those only when they are read.
        var found = 0
        var count = 0
        var strongest = -1
        var isOneWithAttempt = false
        for index in groups.indices where holds(index, codes, evidence) {
            found |= 1 << index
            count += 1
            // The first of the strongest.
            if strongest < 0 || groups[strongest].points < groups[index].points { strongest = index }
            isOneWithAttempt = isOneWithAttempt || countsWithAttempt[index]
        }
        guard strongest >= 0 else {
            return evidence.clinical.diagnoses.isEmpty
                ? unknown("no diagnosis is on file") : absent("no diagnosis group that scores")
        }
        var points = groups[strongest].points
        if count > 1 { points += severalGroupsPoints }
        let withAttempt =
            isOneWithAttempt
            && evidence.clinical.attempts.contains { $0.day.value.map { evidence.age($0) != nil } ?? true }
        if withAttempt { points += withAttemptPoints }
        return Finding(
            Self.id, Self.domain, .present, points: points,
            reason: evidence.words(nil, found, withAttempt ? 1 : 0, sentence), basis: groups[strongest].basis)
    }

    private func holds(_ index: Int, _ codes: [[UInt8]], _ evidence: Evidence) -> Bool {
        for code in codes where matchers[index].holds(code) { return true }
        return holdsOtherwise(groups[index], matchers[index], codes, evidence)
    }

    private func holdsOtherwise(
        _ group: Group, _ matcher: Matcher, _ codes: [[UInt8]], _ evidence: Evidence
    ) -> Bool {
        if !group.perinatalMoodCodes.isEmpty,
            codes.contains(where: { code in matcher.mood.contains { code.starts(with: $0) } })
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

    /// The group's codes as bytes.
    private struct Matcher: Sendable {
        var prefixes: [[UInt8]]
        var endings: [[UInt8]]
        var mood: [[UInt8]]

        init(_ group: Group) {
            prefixes = group.codes.map { Array($0.utf8) }
            endings = group.remissionEndings.map { Array($0.utf8) }
            mood = group.perinatalMoodCodes.map { Array($0.utf8) }
        }

        func holds(_ code: [UInt8]) -> Bool {
            prefixes.contains { code.starts(with: $0) }
                && !endings.contains { $0.elementsEqual(code.dropFirst(3)) }
        }
    }

    /// ICD-10-CM without the dot, in capitals.
    static func normalised(_ code: String) -> String {
        code.uppercased().filter { $0 != "." && $0 != " " }
    }
}
