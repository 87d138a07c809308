/// `vigil queue questions`: `vigil.questions/1`: what vigil cannot tell and a person can.
package struct QuestionsDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.questions/1"
    package var generatedAt: String
    /// Soonest due first.
    package var questions: [QuestionRow]
    package var truncated: Bool

    package init(generatedAt: String, questions: [QuestionRow], truncated: Bool) {
        self.generatedAt = generatedAt
        self.questions = questions
        self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
        case schema, questions, truncated
        case generatedAt = "generated_at"
    }
}

package struct QuestionRow: Sendable, Hashable, Codable {
    package var task: TaskRow
    /// The session that it is about, in words.
    package var session: String?
    package var therapist: String?
    package var followUp: String?
    /// Only when somebody asked to see it, which is audited.
    package var client: ContactCard?

    package init(task: TaskRow, session: String?, therapist: String?, followUp: String?, client: ContactCard?) {
        self.task = task
        self.session = session
        self.therapist = therapist
        self.followUp = followUp
        self.client = client
    }

    enum CodingKeys: String, CodingKey {
        case task, session, therapist, client
        case followUp = "follow_up"
    }
}
