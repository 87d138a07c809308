import VigilCore

/// The queue for paper: 80 columns, absolute times, and lines to write on.
enum PaperText {
    private static let width = 80

    static func lines(_ document: QueueDocument) -> [String] {
        let rule = String(repeating: "=", count: width)
        var lines = [rule, "FOLLOW-UPS, made \(time(document.generatedAt))", rule]
        if document.shadow {
            lines += wrapped("SHADOW: the policy is not approved. vigil lists follow-ups and pages nobody.")
        }
        lines += wrapped(document.feed.words)
        lines += wrapped(document.note)
        if document.followUps.isEmpty {
            lines.append(document.feed.state == .current ? "No follow-ups waiting." : "No follow-ups in this list.")
        } else {
            lines += wrapped("\(document.followUps.count) waiting. Order: \(document.order).")
        }
        if document.truncated { lines += wrapped("THE LIST IS LONGER THAN WHAT IS PRINTED HERE.") }
        for row in document.followUps { lines += entry(row) }
        return lines + ["", rule, "End of the list. Holds client data: lock it away, shred it with the next one."]
    }

    private static func entry(_ row: FollowUpRow) -> [String] {
        let late = row.overdue ? "   OVERDUE" : ""
        var lines = [
            String(repeating: "-", count: width), "\(pad(row.symbol, 2)) \(row.label.uppercased())   \(row.id)",
            "   contact by \(time(row.contactBy))\(late)",
        ]
        if let client = row.client {
            let age = client.age.map { ", \($0)" } ?? ""
            lines += wrapped("\(Output.safe(client.name))\(age)", "   ")
            if client.safeToCall == false { lines.append("   DO NOT CALL: not safe") }
            if client.voicemailAllowed != true { lines.append("   leave no voicemail") }
            if let phone = client.phone { lines.append("   phone \(Output.safe(phone))") }
            if let preference = client.preference { lines += wrapped(Output.safe(preference), "   ") }
        }
        let about = row.sessions == 0 ? "regular check-up" : "last session \(time(row.missedAt))"
        lines.append("   \(about)")
        for reason in row.reasons { lines += wrapped("- \(Output.safe(reason))", "   ") }
        lines += wrapped(
            "who has it: \(row.takenBy ?? "nobody yet; \(row.owner.rawValue.replacing("_", with: " ")) answers for it")",
            "   ")
        if let words = row.remindWords { lines += wrapped(Output.safe(words), "   ") }
        return lines + [
            "", blank("   called at _________ by ______________ came of it "), "", blank("   note "), "",
            blank("        "),
        ]
    }

    /// The start of a line to write on, filled up to the width.
    private static func blank(_ start: String) -> String {
        start + String(repeating: "_", count: max(0, width - start.count))
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// `Tue 24 November, 3:30pm` of an RFC 3339 time, on the clock that it was written by: on paper "38 min left" is wrong soon.
    static func time(_ text: String) -> String {
        let clock = text.dropFirst(11).prefix(5).split(separator: ":").compactMap { Int($0) }
        guard let day = LocalDay(iso: text.prefix(10)), clock.count == 2 else { return text }
        let seconds = Int64(day.number) * 86_400 + Int64(clock[0] * 3_600 + clock[1] * 60)
        let words = Zone.utc.clockWords(WallTime(seconds: seconds))
        return "\(day.wordsWithWeekday(seenFrom: day)) \(day.civil.year), \(words)"
    }

    /// The text in lines of at most the width, broken between words where it can be.
    static func wrapped(_ text: String, _ indent: String = "") -> [String] {
        var lines: [String] = []
        var line = indent
        var isEmpty = true
        for word in text.split(separator: " ") {
            var rest = word
            if !isEmpty, line.count + 1 + rest.count > width {
                lines.append(line)
                (line, isEmpty) = (indent, true)
            }
            while indent.count + rest.count > width {
                lines.append(indent + rest.prefix(width - indent.count))
                rest = rest.dropFirst(width - indent.count)
            }
            line += isEmpty ? String(rest) : " \(rest)"
            isEmpty = false
        }
        return lines + [line]
    }
}
