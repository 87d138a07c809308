internal import VigilCore
internal import VigilSQL

/// Reads session rows: the hot path of the full reconcile.
///
/// Contract: a row costs one string, its id, and an entry in the client's list. Words that are known are matched as bytes and
/// given as constants; a therapist or a kind that is the last row's is that row's value again. A row is skipped only where
/// the session has no identity (start or id cannot be read), and then it is named; any other bad cell leaves a session with
/// a written default, and is named too.
struct SessionRows {
    private var therapistBytes: [UInt8] = []
    private var therapist: TherapistRef?
    private var kindBytes = Array("individual".utf8)
    private var kind = "individual"

    // Columns of PracticeSQL.session.
    private static let startsAt = 1
    private static let id = 2
    private static let therapistID = 3
    private static let duration = 4
    private static let kind = 5
    private static let status = 6
    private static let reason = 7
    private static let cancelledAt = 8

    /// The length that the schema gives a session without one, in minutes.
    private static let defaultMinutes = 50
    private static let minutesRange = 1...1_440

    /// Adds the current row to its client.
    mutating func append(_ row: any SQLStatement, to snapshot: inout ClientSnapshot) {
        guard let start = row.cell(Self.startsAt).time else {
            return note("starts_at", row, &snapshot)
        }
        guard let id = Self.id(row) else { return note("id", row, &snapshot) }

        var minutes = Self.defaultMinutes
        if case .integer(let read) = row.cell(Self.duration), Self.minutesRange.contains(Int(read)) {
            minutes = Int(read)
        } else if case .value(let read) = row.integer(Self.duration), Self.minutesRange.contains(read) {
            minutes = read
        } else {
            note("duration_minutes", row, &snapshot)
        }
        let cancelledAt = row.cell(Self.cancelledAt)
        if cancelledAt.time == nil, !cancelledAt.isNull { note("cancelled_at", row, &snapshot) }
        let (status, rawStatus) = Self.status(row)
        // Made and put into the list at once: a copy counts five references.
        snapshot.sessions.append(
            SessionRecord(
                key: SessionKey(id: id, start: start), therapist: therapist(row), durationMinutes: minutes,
                status: status,
                rawStatus: rawStatus, reason: Self.reason(row), cancelledAt: cancelledAt.time, kind: kind(row)))
    }

    /// Restores the order by key where ids with broken bytes, whose texts sort elsewhere than their bytes, disturbed it.
    static func order(_ sessions: inout [SessionRecord]) {
        var index = 1
        while index < sessions.count {
            if sessions[index].key.start.seconds == sessions[index - 1].key.start.seconds,
                sessions[index].key < sessions[index - 1].key
            {
                return sessions.sort { $0.key < $1.key }
            }
            index += 1
        }
    }

    /// Nil when there is none, or when it is longer than any id (I26).
    private static func id(_ row: any SQLStatement) -> String? {
        let (raw, isBlob) = row.key(id)
        return raw.isEmpty || raw.count > 65_536 ? nil : StoredID.text(raw, isBlob: isBlob)
    }

    private mutating func therapist(_ row: any SQLStatement) -> TherapistRef? {
        let raw: UnsafeRawBufferPointer
        switch row.cell(Self.therapistID) {
        case .text(let bytes), .blob(let bytes): raw = bytes
        case .null: return nil
        default: raw = row.bytes(Self.therapistID)
        }
        if !raw.isEqual(to: therapistBytes) {
            therapistBytes = [UInt8](raw)
            therapist = raw.isEmpty ? nil : TherapistRef(row.boundedText(Self.therapistID))
        }
        return therapist
    }

    private mutating func kind(_ row: any SQLStatement) -> String {
        let raw = row.bytes(Self.kind)
        if !raw.isEqual(to: kindBytes) {
            kindBytes = [UInt8](raw)
            kind = row.boundedText(Self.kind)
        }
        return kind
    }

    private static func status(_ row: any SQLStatement) -> (SessionStatus, String) {
        if let known = row.word(status, in: statuses) { return (known.meaning, known.word) }
        return (.unrecognised, row.boundedText(status))
    }

    private static func reason(_ row: any SQLStatement) -> SessionReason {
        if row.cell(reason).isNull { return .none }
        let raw = row.bytes(reason)
        return raw.isEmpty ? .none : reasons.entry(raw)?.meaning ?? .other
    }

    private static let statuses = WordTable<SessionStatus>([
        ("attended", .attended), ("missed", .missed), ("scheduled", .scheduled), ("late_cancel", .lateCancel),
        ("client_cancel", .clientCancel), ("provider_cancel", .providerCancel), ("arrived", .arrived),
        ("left_unseen", .leftUnseen), ("excused", .excused), ("rescheduled", .rescheduled),
        ("entered_in_error", .enteredInError),
    ])

    private static let reasons = WordTable<SessionReason>([
        ("psychiatric_admission", .psychiatricAdmission), ("illness_told_in_advance", .involuntary),
        ("weather_closure", .involuntary), ("outage", .involuntary), ("custody", .involuntary),
        ("hospital", .involuntary),
        ("too_stressful", .tooStressful),
    ])

    /// Without an id, the start is what a person can find the row by.
    private func note(_ column: String, _ row: any SQLStatement, _ snapshot: inout ClientSnapshot) {
        let id = row.boundedText(Self.id)
        snapshot.unreadable.append(
            UnreadableRow(table: "session", rowID: id.isEmpty ? row.boundedText(Self.startsAt) : id, column: column))
    }
}
