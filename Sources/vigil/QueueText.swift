import VigilCore

/// The queue as text for a terminal.
enum QueueText {
    static func lines(_ document: QueueDocument) -> [String] {
        var lines: [String] = []
        if document.shadow {
            lines.append("SHADOW: the policy is not approved. vigil lists follow-ups and pages nobody.")
        }
        lines.append(document.feed.words)
        if document.followUps.isEmpty {
            lines.append(
                document.feed.state == .current ? "No follow-ups waiting." : "No follow-ups in this list.")
        } else {
            lines.append("\(document.followUps.count) waiting. Order: \(document.order).")
        }
        for row in document.followUps {
            lines.append("")
            lines += FollowUpText.head(row)
        }
        if document.truncated { lines.append("The list is longer than what is shown here.") }
        if !document.questions.isEmpty {
            lines.append("")
            let parts = document.questions.sorted { $0.key < $1.key }
            let words = parts.map { "\($0.value) \($0.key.replacing("_", with: " "))" }
            lines.append("Questions to answer: " + words.joined(separator: ", ") + ". See 'vigil queue questions'.")
        }
        lines += ["", document.note]
        return lines
    }
}

extension QueueText {
    static func questions(_ document: QuestionsDocument) -> [String] {
        if document.questions.isEmpty { return ["No questions."] }
        var lines = ["\(document.questions.count) questions, soonest due first."]
        for row in document.questions {
            let about = [
                row.client.map { Output.safe($0.name) }, row.session, row.therapist.map { "with \(Output.safe($0))" },
                row.followUp.map { "follow-up \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
            lines += [
                "", "- [\(row.task.role.rawValue)] \(Output.safe(row.task.say))",
                "   \(about.isEmpty ? "a client's record; show whose with --reveal" : about)   by \(row.task.dueWords)",
            ]
        }
        if document.truncated { lines.append("The list is longer than what is shown here.") }
        return lines
    }

    static func drifted(_ document: DriftedDocument) -> [String] {
        var lines = [document.feed.words]
        if document.clients.isEmpty {
            lines.append(
                document.feed.state == .current ? "Nobody has drifted away." : "Nobody in this list.")
        } else {
            lines.append("\(document.clients.count) not seen for longer than twice their cadence, longest away first.")
        }
        for row in document.clients {
            let name = row.client.map { Output.safe($0.name) } ?? row.followUp ?? "(no follow-up)"
            let phone = row.client?.phone.map { " - \(Output.safe($0))" } ?? ""
            lines += ["", "- \(name)\(phone)   \(row.days) days   therapist \(row.therapist.map(Output.safe) ?? "-")"]
            lines.append("   \(Output.safe(row.words))")
            if row.client != nil, let id = row.followUp { lines.append("   follow-up \(id)") }
            if row.followUp == nil, row.isListedOnly {
                lines.append("   listed only: before vigil's time here, or away for long. Is the record still active?")
            }
        }
        if document.truncated { lines.append("The list is longer than what is shown here.") }
        return lines + ["", document.note]
    }
}

/// One follow-up as text.
enum FollowUpText {
    static func head(_ row: FollowUpRow) -> [String] {
        let symbol = row.symbol.count < 2 ? "\(row.symbol) " : row.symbol
        let more = row.sessions > 1 ? " (\(row.sessions) sessions)" : ""
        let owner = row.owner.rawValue.replacing("_", with: " ")
        let about = row.sessions == 0 ? "regular check-up" : "last session \(row.missedWords)\(more)"
        var lines = ["\(symbol) \(row.label)   \(row.id)   \(about)"]
        if let client = row.client {
            let age = client.age.map { ", \($0)" } ?? ""
            lines.append("   \(Output.safe(client.name))\(age)\(contact(client))")
        }
        if !row.reasons.isEmpty { lines.append("   why: \(row.reasons.map(Output.safe).joined(separator: "; "))") }
        lines.append(
            "   contact by \(row.contactByWords)   owner \(owner)   taken by \(row.takenBy ?? "-")\(row.overdue ? "   OVERDUE" : "")"
        )
        if let words = row.remindWords { lines.append("   \(Output.safe(words))") }
        return lines
    }

    private static func contact(_ client: ContactCard) -> String {
        var parts: [String] = []
        if client.safeToCall == false { parts.append("DO NOT CALL: not safe") }
        if client.voicemailAllowed == false { parts.append("leave no voicemail") }
        if let phone = client.phone { parts.append(Output.safe(phone)) }
        if let preference = client.preference { parts.append(Output.safe(preference)) }
        return parts.isEmpty ? "" : " - \(parts.joined(separator: " - "))"
    }

    /// What to do next, why, what is not known, history: in this order (ux.md).
    static func show(_ document: FollowUpDocument) -> [String] {
        var lines = head(document.row)
        lines.append(document.closedAs.map { "   closed: \($0.rawValue.replacing("_", with: " "))" } ?? "")
        if let paging = document.paging { lines.append("   paging: \(paging.words)") }
        if !document.tasks.isEmpty { lines.append("What to do next") }
        for task in document.tasks {
            lines.append("  [\(task.role.rawValue)] \(task.say) By \(task.dueWords).")
        }
        if document.asksForReason {
            lines.append(
                "  Why the session was missed is not on record. If they said it: vigil queue reason \(document.row.id) --reason WORD"
            )
        }
        if !document.guidance.isEmpty { lines += ["Before you call"] + document.guidance.map { "  - \($0)" } }
        for session in document.sessions {
            lines += ["", "Session of \(session.startedWords): \(session.outcome.rawValue.replacing("_", with: " "))"]
            lines += reasons(session).map { "  - \($0)" }
            let unknown = session.findings.filter { $0.state == .unknown }.map { Output.safe($0.reason) }
            if !unknown.isEmpty { lines.append("  Not known: \(unknown.joined(separator: "; "))") }
        }
        lines += care(document)
        lines += onFile(document)
        if !document.reasonsGiven.isEmpty { lines += ["", "What was said"] + document.reasonsGiven.map(said) }
        if !document.attempts.isEmpty { lines += ["", "Attempts"] }
        for attempt in document.attempts {
            let note = attempt.note.isEmpty ? "" : ": \(Output.safe(attempt.note))"
            let reason = attempt.reason.map { ", \($0.rawValue)" } ?? ""
            lines.append(
                "  \(attempt.at) \(attempt.by), \(attempt.channel.rawValue), \(attempt.outcome.rawValue)\(reason)\(note)"
            )
        }
        lines += ["", "History"]
        lines += document.history.map { "  \($0.at) \($0.actor): \($0.act), \($0.reason)" }
        lines += ["", document.note]
        return lines
    }

    /// The safety plan, what is booked, and the sessions of the last year; only when names were asked for.
    private static func onFile(_ document: FollowUpDocument) -> [String] {
        guard !document.safetyPlan.isEmpty else { return [] }
        var lines = ["", "On file", "  - \(document.safetyPlan)"]
        if let next = document.nextBooked { lines.append("  - \(next)") }
        if !document.attendance.isEmpty {
            lines += ["", "Sessions of the last year"]
            lines += document.attendance.map { "  - \($0.startedWords): \($0.words)" }
        }
        return lines
    }

    /// How the work has been going, what to pick up, and how to talk about it.
    private static func care(_ document: FollowUpDocument) -> [String] {
        var lines = care(document.row.care)
        if !document.conversationGuide.isEmpty {
            lines += ["", "If you talk about whether this fits"]
            lines += document.conversationGuide.map { "  - \(Output.safe($0))" }
        }
        return lines
    }

    private static func care(_ care: CareDocument?) -> [String] {
        guard let care else { return [] }
        var lines = ["", "How the work has been going", "  - \(Output.safe(care.momentumWords))"]
        for finding in care.findings where finding.rule != CareRules.momentumLost {
            lines.append("  - \(Output.safe(finding.reason))")
        }
        if !care.toPickUp.isEmpty {
            lines += ["", "To pick up when you reach them"] + care.toPickUp.map { "  - \(Output.safe($0.reason))" }
        }
        return lines
    }

    private static func said(_ row: ReasonRow) -> String {
        "  - \(row.startedWords): \(row.words)\(row.excuses ? "; it counts as excused" : "")"
    }

    private static func reasons(_ session: SessionExplanation) -> [String] {
        let present = session.findings.filter { $0.state == .present }.sorted { $0.points > $1.points }
        return (session.floors + present + session.engagement).map { Output.safe($0.reason) }
    }

    /// Every finding: present, absent, unknown, with date, points and citation; the sum; the floors.
    /// First what a therapist would say and do, in words for the client too; then how it was worked out: every finding, present,
    /// absent, unknown, with date, points and citation; the sum; the floors.
    static func explain(_ document: FollowUpDocument) -> [String] {
        var lines = head(document.row)
        lines += hardToCome(document.sessions.first)
        lines += care(document)
        if !document.reasonsGiven.isEmpty { lines += ["", "What was said"] + document.reasonsGiven.map(said) }
        lines += document.sessions.flatMap(workedOut)
        return lines + ["", document.note]
    }

    private static func hardToCome(_ session: SessionExplanation?) -> [String] {
        guard let session, !session.engagement.isEmpty else { return [] }
        var lines = ["", "It may be getting hard to come"]
        for flag in session.engagement {
            lines.append("  - \(Output.safe(flag.reason))")
            if let say = flag.say { lines.append("    \"\(Output.safe(say))\"") }
        }
        return lines
    }

    private static func workedOut(_ session: SessionExplanation) -> [String] {
        var lines = [
            "", "Session of \(session.startedWords): \(session.outcome.rawValue.replacing("_", with: " "))",
            "  Policy \(session.policy). Contact: \(session.tier.rawValue). Points \(session.points).",
        ]
        if let resolution = session.resolution {
            lines.append("  Resolved: \(resolution.rawValue.replacing("_", with: " ")).")
        }
        for floor in session.floors { lines.append("  floor    \(finding(floor))") }
        for state in [Finding.State.present, .unknown, .absent] {
            for item in session.findings where item.state == state {
                let points = state == .present ? "+\(item.points)" : "  "
                lines.append("  \(padRight(state.rawValue, 8)) \(points) \(finding(item))")
            }
        }
        for flag in session.engagement { lines.append("  engagement  \(finding(flag))") }
        if !session.dataProblems.isEmpty {
            let words = session.dataProblems.map { $0.rawValue.replacing("_", with: " ") }
            lines.append("  on file and not usable: \(words.joined(separator: ", "))")
        }
        return lines
    }

    private static func finding(_ row: FindingRow) -> String {
        let domain = row.domain.map { "\($0.rawValue) " } ?? ""
        let citation = row.citation.isEmpty ? "" : "  [\(row.citation)]"
        return "\(domain)\(row.rule.text): \(Output.safe(row.reason))\(citation)"
    }

    private static func padRight(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
