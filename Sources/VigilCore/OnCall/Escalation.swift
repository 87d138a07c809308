/// Who is paged, in what order, and for how long each step waits: `escalation` in the policy.
///
/// The steps run until a person acknowledges; the last one repeats and never ends by itself (I11).
package struct Escalation: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        /// Each of them gets a page.
        package var targets: [PageTarget]
        /// How long this step waits for an acknowledgement before the next one begins.
        package var acknowledgeWithinMinutes: Int
        /// While it waits, the same persons are paged again this often; nil for once.
        package var repeatEveryMinutes: Int?

        package init(targets: [PageTarget], acknowledgeWithinMinutes: Int, repeatEveryMinutes: Int?) {
            self.targets = targets
            self.acknowledgeWithinMinutes = acknowledgeWithinMinutes
            self.repeatEveryMinutes = repeatEveryMinutes
        }
    }

    /// At least one.
    package var steps: [Step]
    /// An acknowledgement without an attempt holds for so long; then paging resumes (I12).
    package var acknowledgementMinutes: Int
    /// After an attempt that did not reach the client the next one is awaited for so long; then paging resumes.
    package var nextAttemptHours: Int
    /// A page that no provider has taken goes out through the person's next channel after so long.
    package var nextChannelSeconds: Int
    /// A follow-up none of whose pages any provider has taken raises the fallback alarm after so long (I10).
    package var alarmSeconds: Int

    package init(
        steps: [Step], acknowledgementMinutes: Int, nextAttemptHours: Int, nextChannelSeconds: Int, alarmSeconds: Int
    ) {
        self.steps = steps
        self.acknowledgementMinutes = acknowledgementMinutes
        self.nextAttemptHours = nextAttemptHours
        self.nextChannelSeconds = nextChannelSeconds
        self.alarmSeconds = alarmSeconds
    }

    /// The longest time that may pass from one page to the next, in seconds (I9).
    package var longestWaitSeconds: Int {
        (steps.map(\.acknowledgeWithinMinutes).max() ?? 0) * 60
    }
}

/// Who a step pages.
package enum PageTarget: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whom the schedule names.
    case onCall = "on_call"
    /// Whom the backup rota names; without one, the clinical leads.
    case backup
    /// Every clinical lead of `people`.
    case clinicalLead = "clinical_lead"
}

extension Escalation {
    /// Limits: I10 asks for a page taken or an alarm within 120 s of detection; a clinician is called within minutes.
    init(reading reader: ConfigReader) {
        steps = reader.sections("steps").map { Step(reading: $0) }
        if steps.isEmpty { reader.issue("\(reader.path) needs at least one step") }
        acknowledgementMinutes = reader.integer("acknowledgement_minutes", in: 5...240)
        nextAttemptHours = reader.integer("next_attempt_hours", in: 1...24)
        nextChannelSeconds = reader.integer("next_channel_seconds", in: 5...45)
        alarmSeconds = reader.integer("alarm_seconds", in: 30...110)
        reader.refuseUnknownKeys()
    }
}

extension Escalation.Step {
    init(reading reader: ConfigReader) {
        targets = reader.texts("to").compactMap { text, place in
            guard let target = PageTarget(rawValue: text) else {
                let words = PageTarget.allCases.map(\.rawValue).joined(separator: ", ")
                reader.issue("'\(text)' is not one of \(words)", at: place)
                return nil
            }
            return target
        }
        if targets.isEmpty { reader.issue("\(reader.path) pages nobody; name them under 'to'") }
        acknowledgeWithinMinutes = reader.integer("acknowledge_within_minutes", in: 1...60)
        repeatEveryMinutes =
            reader.has("repeat_every_minutes") ? reader.integer("repeat_every_minutes", in: 1...60) : nil
        reader.refuseUnknownKeys()
    }
}
