import VigilCore

/// The values of a follow-up's page.
struct FollowUpPageView {
    let site: Site
    let document: FollowUpDocument
    let visitor: Visitor
    let draft: FollowUpPage.Draft
    let name: String

    private var row: FollowUpRow { document.row }
    private var isOpen: Bool { row.state != .closed }
    private var card: ContactCard? { row.client }
    private var latest: SessionExplanation? { document.sessions.first }

    var view: View {
        View([
            "id": row.id, "version": String(row.version), "tierClass": "tier-\(row.tier.rawValue)",
            "symbol": row.symbol,
            "label": row.label, "client": name,
            "missed": (row.origin == .checkUp ? "" : "Missed ") + row.missedWords, "therapist": card?.therapistName,
            "stateWords": stateWords, "mayAct": Place.act.admits(visitor.person), "isOpen": isOpen, "isClosed": !isOpen,
            "mayTake": isOpen && row.takenBy == nil, "maySee": visitor.person.role == .clinicalLead,
            "paging": document.paging?.words.sentence, "pagingKind": document.paging?.state == .paging ? "bad" : "warn",
            "mayAcknowledge": document.paging?.state == .paging && Place.acknowledge.admits(visitor.person),
        ]).with(nextSteps).with(why).with(lastYear).with(points).with(history).with(forms)
    }

    private var stateWords: String {
        switch row.state {
        case .closed:
            "Closed" + (document.closedAs.map { ": \($0.words.lowercasedFirst)" } ?? "") + "."
        case .open, .taken:
            (row.takenBy.map { $0 == visitor.person.id.text ? "You have it." : "\($0) has it." } ?? row.state.words)
                + (row.remindWords.map { " \($0.sentence)" } ?? "")
        }
    }

    // MARK: What to do next

    private var nextSteps: KeyValuePairs<String, Any?> {
        [
            "hasTasks": !document.tasks.isEmpty,
            "tasks": document.tasks.map { task in
                View([
                    "say": task.say, "role": task.role.words, "due": task.due, "dueWords": task.dueWords,
                    "late": task.overdue,
                ])
            }, "phone": card?.phone,
            "phoneLink": card?.phone.map { $0.filter { $0.isASCII && ($0.isNumber || $0 == "+") } },
            "guidance": document.guidance.map { $0.replacing(" show it with --reveal.", with: " it stands below.") },
            "preference": card?.preference,
            "nextBooked": document.nextBooked,
        ]
    }

    // MARK: Why, and what is not known

    private var why: KeyValuePairs<String, Any?> {
        let present = latest?.findings.filter { $0.state == .present }.sorted { $0.points > $1.points } ?? []
        let engagement = latest?.engagement.filter { $0.state == .present } ?? []
        let care = row.care
        let unknown = (latest?.findings ?? []).filter { $0.state == .unknown }
        let problems = latest?.dataProblems ?? []
        return [
            "about": row.origin == .checkUp ? row.reasons.first : nil,
            "tierWords": row.label,
            "floors": (latest?.floors ?? []).map { finding($0) }, "hasReasons": !(present + engagement).isEmpty,
            "reasons": (present + engagement).map { finding($0) },
            "said": document.reasonsGiven.first.map { "Why they could not come, as they said: \($0.words)." },
            "care": care?.momentumWords.sentence, "hasPickUp": !(care?.toPickUp ?? []).isEmpty,
            "pickUp": care?.toPickUp.map(\.reason) ?? [], "hasGuide": !document.conversationGuide.isEmpty,
            "guide": document.conversationGuide, "hasUnknown": !(unknown.isEmpty && problems.isEmpty),
            "unknown": unknown.map(\.reason)
                + (problems.isEmpty ? [] : ["\(problems.count) entries in the record could not be read"]),
            "safetyPlan": document.safetyPlan.sentence,
        ]
    }

    private func finding(_ row: FindingRow) -> View {
        let day = row.date.flatMap { LocalDay(iso: $0) }?.words(seenFrom: site.service.zone.day(of: visitor.now))
        return View([
            "reason": row.reason + (row.say.map { ": \($0)" } ?? ""), "citation": row.citation,
            // Most reasons have their date in the sentence.
            "date": day.flatMap { row.reason.contains($0) ? nil : $0 },
        ])
    }

    // MARK: The last year

    private var lastYear: KeyValuePairs<String, Any?> {
        let rows = document.attendance
        let counts = AttendanceRow.Kind.allCases.compactMap { kind -> String? in
            let count = rows.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.rawValue.replacing("_", with: " "))"
        }
        return [
            "hasAttendance": !rows.isEmpty,
            "stripWords": "\(rows.count) sessions in the last year: \(counts.joined(separator: ", "))",
            "key": "Oldest first. + attended, x missed, l late cancel, u cancelled by us, c cancelled, ? not known.",
            "attendance": rows.map {
                View(["kind": $0.kind.rawValue, "mark": $0.kind.mark, "when": $0.startedWords, "words": $0.words])
            },
        ]
    }

    // MARK: Points

    private var points: KeyValuePairs<String, Any?> {
        let scored = (latest?.findings ?? []).filter { $0.points != 0 }.sorted { $0.points > $1.points }
        let most = scored.map(\.points).max() ?? 1
        return [
            "hasPoints": latest?.scored == true, "sum": String(latest?.points ?? 0),
            "points": scored.map {
                View([
                    "reason": $0.reason, "points": String($0.points),
                    "share": String(max($0.points, 0) * 100 / max(most, 1)),
                ])
            },
            "resolution": (latest?.floors.isEmpty ?? true)
                ? "The points alone set the order here."
                : "What is named first under \"Why\" sets it, whatever the points are.",
            "changes": changes,
        ]
    }

    private var changes: [String] {
        var changes = [
            "A contact in which they are reached and a plan is written down closes it.",
            row.tier >= .today
                ? "A session that they come to later does not close it by itself: the clinical lead is asked."
                : "A session that they come to later closes it.",
            "If the practice's record is corrected and says that they came, it closes.",
        ]
        if latest?.findings.contains(where: { $0.state == .unknown }) == true {
            changes.append(
                "What is not known may raise it once somebody has asked; an answer of \"no\" never lowers it.")
        }
        return changes
    }

    // MARK: History

    private var history: KeyValuePairs<String, Any?> {
        [
            "hasAttempts": !document.attempts.isEmpty,
            "attempts": document.attempts.map { attempt in
                View([
                    "outcome": attempt.outcome.words, "channel": attempt.channel.words.lowercasedFirst,
                    "by": attempt.by,
                    "at": site.words(attempt.at, now: visitor.now), "reason": attempt.reason?.words,
                    "note": attempt.note.isEmpty ? nil : attempt.note,
                ])
            }, "historyCount": String(document.history.count),
            "history": document.history.map { entry in
                View([
                    "at": site.words(entry.at, now: visitor.now), "act": entry.act.replacing("_", with: " "),
                    "actor": entry.actor.replacing("person:", with: "by ").replacing("vigil", with: "by vigil"),
                ])
            },
        ]
    }

    // MARK: Forms

    private var forms: KeyValuePairs<String, Any?> {
        let zone = site.service.zone
        let contactBy = WallTime(rfc3339: row.contactBy)
        let mayRemind = isOpen && row.tier <= .next && !row.overdue
        let others = site.service.people.filter {
            $0.id != visitor.person.id && Place.act.admits($0) && (row.tier < .today || $0.role.isClinician)
        }
        return [
            "outcomes": Choice.views(Attempt.Outcome.self, chosen: draft.outcome, words: \.words),
            "channels": Choice.views(Attempt.Channel.self, chosen: draft.channel, words: \.words),
            "whys": Choice.views(MissReason.self, chosen: draft.reason, words: \.words),
            "endings": Choice.views(
                CloseReason.self, chosen: draft.isForClose ? draft.reason : "", words: \.words),
            "draftNote": draft.isForClose ? "" : draft.note, "closeNote": draft.isForClose ? draft.note : "",
            "written": isOpen || draft.note.isEmpty ? nil : draft.note,
            "draftKept": !draft.isForClose && !(draft.note + draft.outcome).isEmpty,
            "others": others.map { View(["value": $0.id.text, "words": "\($0.id.text), \($0.role.words)"]) },
            "mayRemind": mayRemind, "latest": contactBy.map { site.dayAndClock($0, now: visitor.now) },
            "soonest": String(zone.rfc3339(visitor.now).prefix(16)),
            "latestLocal": contactBy.map { String(zone.rfc3339($0).prefix(16)) },
            "asksReason": document.asksForReason
                || (!isOpen && document.reasonsGiven.isEmpty && !document.sessions.isEmpty),
        ]
    }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
