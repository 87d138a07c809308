/// Frequent missed sessions without a reason: a prompt for a conversation about whether this therapy fits.
///
/// For the therapist, never a penalty: it raises no tier, is not asked for while a follow-up is one to make today or now, and
/// vigil has no act that would end a therapy or write to a client.
package struct CommitmentRules: Sendable, Hashable {
    package var atLeast: Int
    package var withinDays: Int
    package var basis: String
    package var task: TaskTemplate
    /// How such a conversation may go; the clinic's own words.
    package var guide: [String]

    init(reading reader: ConfigReader) {
        atLeast = reader.integer("at_least", in: 2...20)
        withinDays = reader.integer("within_days", in: 14...365)
        basis = reader.text("basis")
        task = TaskTemplate(reading: reader.section("task"))
        guide = reader.texts("guide").map(\.text)
        if guide.isEmpty { reader.issue("\(reader.name("guide")) needs at least one sentence") }
        reader.refuseUnknownKeys()
    }

    /// Nil when nothing asks for the conversation.
    package func finding(in sessions: [ClassifiedSession], today: LocalDay) -> Finding? {
        var unexplained = 0
        var last: LocalDay?
        for index in sessions.indices.reversed() {
            let day = sessions[index].day
            guard day <= today, today.days(since: day) <= withinDays else { continue }
            if sessions[index].given == .doesNotWantToContinue, !sessions[index].outcome.isAttended {
                return Finding(
                    Self.id, nil, .present, day: day, reason: "said that they would rather not go on at present",
                    basis: basis)
            }
            guard sessions[index].isUnexplainedMiss else { continue }
            unexplained += 1
            last = last ?? day
        }
        guard unexplained >= atLeast else { return nil }
        return Finding(
            Self.id, nil, .present, day: last,
            reason: FindingWords(seenFrom: today, unexplained, withinDays) {
                "\($0.number) sessions missed in the last \($0.other) days for reasons that we do not know"
            }, basis: basis)
    }

    package static let id: RuleID = "talk_about_fit"
}

extension ClassifiedSession {
    /// Missed or cancelled late, and nobody knows why. A session of which nobody recorded an outcome is not known to be missed.
    package var isUnexplainedMiss: Bool {
        guard outcome == .missed || outcome == .lateCancel, given == nil else { return false }
        return record.reason == .none
    }
}
