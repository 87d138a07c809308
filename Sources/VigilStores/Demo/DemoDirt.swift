internal import VigilCore
internal import VigilSQL

/// Rows that no rule expects: what real stores hold beside the rest. One client each.
package enum DemoDirt: String, Sendable, CaseIterable {
    case item9OfTwelve, phqTotalOfForty, columbiaLevelInWords, unreadableScreenDate
    case unreadableDischargeDate, flagInWords
    case newlineInName, escapeInName, markupInName, formulaInPreference, rightToLeftInPreference, longWordInReason
    case unlistedClient, exponentID
    case unknownStatus, shortStatus, startAsText, zeroMinutes
}

extension DemoDirt {
    /// The clients of the first of these missed their last session, so that what is wrong with them is seen in the
    /// queue.
    static let missing = 13

    /// Spoils one cell of the client's `rows`; for an unlisted client the row that lists it goes.
    ///
    /// - Parameter day: a day of the recent past, for rows that have to be added first.
    func spoil(_ rows: inout [DemoRow], lastSession: Int, day: LocalDay) {
        func setClient(_ column: String, _ value: SQLValue) {
            for index in rows.indices where rows[index].table == .client { rows[index][column] = value }
        }
        // Counted among the session rows, which stand in order.
        let sessions = rows.indices.filter { rows[$0].table == .session }
        func setSession(_ column: String, _ value: SQLValue) {
            if sessions.indices.contains(lastSession) { rows[sessions[lastSession]][column] = value }
        }
        let id = rows.first?.values.first ?? .null
        func addScreen(_ instrument: String, _ takenOn: String, total: SQLValue, item9: SQLValue, ideation: SQLValue) {
            rows.append(
                DemoRow(
                    table: .screen,
                    values: [id, .text("spoiled"), .text(instrument), .text(takenOn), total, item9, ideation, .null]))
        }
        switch self {
        case .unknownStatus: setSession("status", .text("DNA?"))
        case .shortStatus: setSession("status", .text("n/a"))
        case .startAsText: setSession("starts_at", .text("\(day.iso) 10:00"))
        case .zeroMinutes: setSession("duration_minutes", .integer(0))
        case .item9OfTwelve:
            addScreen("PHQ-9", day.iso, total: .integer(9), item9: .integer(12), ideation: .null)
        case .phqTotalOfForty:
            addScreen("PHQ-9", day.iso, total: .integer(40), item9: .integer(0), ideation: .null)
        case .columbiaLevelInWords:
            addScreen("C-SSRS-screener", day.iso, total: .null, item9: .null, ideation: .text("high"))
        case .unreadableScreenDate:
            addScreen("PHQ-9", "13/45/2025", total: .integer(11), item9: .integer(0), ideation: .null)
        case .unreadableDischargeDate:
            rows.append(
                DemoRow(
                    table: .event,
                    values: [
                        id, .text("spoiled"), .text("discharge"), .text("last spring"), .text("psychiatric_inpatient"),
                        .integer(1),
                    ]))
        case .flagInWords: setClient("clinician_flag", .text("yes"))
        case .unlistedClient: rows.removeAll { $0.table == .client }
        case .exponentID:
            for index in rows.indices { rows[index].values[0] = .text("9377952927E-5") }
        case .newlineInName: setClient("name", .text("N. Line\nBreak"))
        case .escapeInName: setClient("name", .text("E. \u{1B}[31;1mScape\u{1B}[0m"))
        case .markupInName: setClient("name", .text("S. <script>alert(1)</script>"))
        case .formulaInPreference:
            setClient("contact_preference", .text("=HYPERLINK(\"http://example.invalid\",\"call\")"))
        case .rightToLeftInPreference: setClient("contact_preference", .text("call \u{202E}ylno mp5 retfa"))
        case .longWordInReason: setSession("reason", .text(String(repeating: "w", count: 256)))
        }
    }
}
