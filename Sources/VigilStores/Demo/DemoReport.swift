package import VigilCore
internal import VigilSQL

/// What a demo practice holds, in numbers.
package struct DemoReport: Sendable, Equatable {
    package var therapists = 0
    /// Listed clients; one more has sessions and is not listed.
    package var clients = 0
    package var sessions = 0
    package var pastSessions = 0
    /// Booked ahead, those called off already included.
    package var futureSessions = 0
    /// Past sessions by the status as stored, unknown words included.
    package var pastByStatus: [String: Int] = [:]
    package var groupSessions = 0
    /// Past sessions of the last three working days and of today that nobody marked.
    package var unmarkedRecently = 0
    /// Sessions that began 20 to 90 minutes before `now` and that nobody marked.
    package var unmarkedNow = 0
    package var weatherClosures = 0
    package var illnessCancellations = 0
    /// Clients whom a call may put in danger.
    package var notSafeToCall = 0
    package var noVoicemail = 0
    package var withPreference = 0
    /// Rows of each table.
    package var rows: [String: Int] = [:]
    /// Clients of each group; they add up to the clients, listed or not.
    package var groups: [DemoGroup: Int] = [:]
    package var dirt: [DemoDirt] = []

    /// Past sessions that have one of `statuses`, in per cent.
    package func share(of statuses: SessionStatus...) -> Double {
        let count = statuses.reduce(0) { $0 + (pastByStatus[$1.rawValue] ?? 0) }
        return pastSessions == 0 ? 0 : 100 * Double(count) / Double(pastSessions)
    }
}

extension DemoReport {
    mutating func count(_ row: DemoRow, _ calendar: DemoCalendar) {
        rows[row.table.rawValue, default: 0] += 1
        switch row.table {
        case .therapist: therapists += 1
        case .client: countClient(row)
        case .session: countSession(row, calendar)
        default: return
        }
    }

    private mutating func countClient(_ row: DemoRow) {
        clients += 1
        if row["safe_to_call"] == .integer(0) { notSafeToCall += 1 }
        if row["voicemail_allowed"] == .integer(0) { noVoicemail += 1 }
        if row["contact_preference"] != .null { withPreference += 1 }
    }

    private mutating func countSession(_ row: DemoRow, _ calendar: DemoCalendar) {
        sessions += 1
        if row["kind"] == .text("group") { groupSessions += 1 }
        guard case .integer(let seconds) = row["starts_at"], case .text(let status) = row["status"] else { return }
        let start = WallTime(seconds: seconds)
        guard start <= calendar.now else { return futureSessions += 1 }
        pastSessions += 1
        pastByStatus[status, default: 0] += 1
        if row["reason"] == .text("weather_closure") { weatherClosures += 1 }
        if row["reason"] == .text("therapist ill") { illnessCancellations += 1 }
        guard status == SessionStatus.scheduled.rawValue else { return }
        if calendar.zone.day(of: start) >= calendar.recentDays[2] { unmarkedRecently += 1 }
        if (20...90).contains(calendar.now.seconds(since: start) / 60) { unmarkedNow += 1 }
    }
}
