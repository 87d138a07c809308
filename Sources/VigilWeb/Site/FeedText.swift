import Foundation
import VigilCore

/// One follow-up as a feed may say it.
struct FeedRow: Encodable, Sendable {
    let id: String
    let tier: Tier
    let state: FollowUp.State
    let owner: Role
    let contactBy: String
    let overdue: Bool
    let url: String

    init(_ row: FollowUpRow, origin: String) {
        id = row.id
        tier = row.tier
        state = row.state
        owner = row.owner
        contactBy = row.contactBy
        overdue = row.overdue
        url = "\(origin)/f/\(row.id)"
    }

    enum CodingKeys: String, CodingKey {
        case id, tier, state, owner, overdue, url
        case contactBy = "contact_by"
    }
}

enum FeedText {
    // MARK: RFC 5545

    /// A to-do for programs that keep them, and the deadline as an event for those that do not.
    static func calendar(_ rows: [FeedRow], at now: WallTime) -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vigil//follow-ups//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:Follow-ups",
        ]
        for row in rows {
            guard let due = WallTime(rfc3339: row.contactBy) else { continue }
            let common = [
                "DTSTAMP:\(stamp(now))", "SUMMARY:Follow-up \(row.id.prefix(4))", "CLASS:PRIVATE", "URL:\(row.url)",
            ]
            lines += ["BEGIN:VTODO", "UID:todo-\(row.id)@vigil"] + common
            lines += [
                "DUE:\(stamp(due))", "PRIORITY:\(row.tier.calendarPriority)",
                "STATUS:\(row.state == .open ? "NEEDS-ACTION" : "IN-PROCESS")", "END:VTODO",
            ]
            lines += ["BEGIN:VEVENT", "UID:due-\(row.id)@vigil"] + common
            lines += [
                "DTSTART:\(stamp(due))", "DURATION:PT15M", "PRIORITY:\(row.tier.calendarPriority)",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        return lines.map { folded($0) + "\r\n" }.joined()
    }

    /// `20261124T190000Z`.
    private static func stamp(_ time: WallTime) -> String {
        String(Zone.utc.rfc3339(time).prefix(19)).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// At most 75 octets a line; the next begins with a blank. Everything here is ASCII.
    private static func folded(_ line: String) -> String {
        var bytes = Array(line.utf8)[...]
        var parts: [String] = []
        while bytes.count > 74 {
            parts.append(String(decoding: bytes.prefix(74), as: UTF8.self))
            bytes = bytes.dropFirst(74)
        }
        parts.append(String(decoding: bytes, as: UTF8.self))
        return parts.joined(separator: "\r\n ")
    }

    // MARK: Tables

    static func csv(_ rows: [FeedRow]) -> String {
        let head = ["id", "tier", "state", "owner", "contact_by", "overdue", "url"]
        let lines = rows.map {
            [$0.id, $0.tier.rawValue, $0.state.rawValue, $0.owner.rawValue, $0.contactBy, String($0.overdue), $0.url]
        }
        return ([head] + lines).map { CSVText.line($0) + "\r\n" }.joined()
    }

    static func lines(_ rows: [FeedRow]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
    }
}

extension Tier {
    fileprivate var calendarPriority: Int {
        switch self {
        case .now: 1
        case .today, .next: 5
        case .routine: 9
        }
    }
}
