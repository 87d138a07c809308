import VigilCore
import VigilSQL

/// Turns the rows of one query of a mapping into rows of the mirror.
///
/// Besides the table's own columns a query for sessions may yield `date` and `time` in place of `starts_at`, and for series
/// `series_kind`, `series_rule` and `series_until`. What cannot be understood is handed over as it stands, so that the store names
/// the row as unreadable (I28).
struct MappedRows {
    private let table: SourceTable
    private let mapping: StoreMapping.Table
    private let zone: Zone
    private let span: Span
    private let seen: Set<SeenDay>
    /// Places of the table's columns in the query's; nil for one that it does not yield.
    private let places: [Int?]
    private let words: [[String: String]?]
    private let extra: [String: Int]

    private static let sessionExtras = [
        "date", "time", "duration_seconds", "series_kind", "series_rule", "series_until",
    ]
    /// The years 1900 to 9999.
    private static let clockTimes: ClosedRange<Int64> = -2_208_988_800...253_402_300_799
    /// A time of day beyond this is a slip: 128:00:00 is Friday's eight o'clock to nobody.
    private static let maxSeconds = 48 * 3_600

    init(
        table: SourceTable, mapping: StoreMapping.Table, zone: Zone, columns: [String], span: Span, seen: Set<SeenDay>,
        failure: (String) -> OperationError
    ) throws {
        self.table = table
        self.mapping = mapping
        self.zone = zone
        self.span = span
        self.seen = seen
        let known = table.columns + (table == .session ? Self.sessionExtras : [])
        if let odd = columns.first(where: { !known.contains($0) }) {
            throw failure("tables.\(table.rawValue): the query yields '\(odd)', which is no column of it")
        }
        places = table.columns.map { columns.firstIndex(of: $0) }
        extra = Dictionary(
            Self.sessionExtras.compactMap { name in columns.firstIndex(of: name).map { (name, $0) } },
            uniquingKeysWith: { first, _ in first })
        words = table.columns.map { mapping.words[$0] }
        for (column, place) in zip(table.columns.prefix(table.keys), places) where place == nil {
            let isGiven = column == "starts_at" && extra["date"] != nil && extra["time"] != nil
            if !isGiven { throw failure("tables.\(table.rawValue): the query does not yield '\(column)'") }
        }
    }

    func read(_ found: any SQLServerRow, _ row: (SourceRow) throws -> Void) throws {
        var values: [SourceValue] = []
        values.reserveCapacity(places.count)
        for (index, place) in places.enumerated() {
            guard let place else {
                values.append(.null)
                continue
            }
            values.append(value(try found.value(place), index))
        }
        guard table == .session else { return try row(SourceRow(table, values)) }
        if let seconds = try extraValue("duration_seconds", found)?.wholeNumber {
            values[Column.duration] = .integer(Int64(max(1, seconds / 60)))
        }
        try session(values, found, row)
    }

    /// Places in `SourceTable.session.columns`.
    private enum Column {
        static let client = 0
        static let start = 1
        static let id = 2
        static let duration = 4
        static let status = 6
    }

    // MARK: Cells

    private func value(_ cell: SQLValue, _ index: Int) -> SourceValue {
        let column = table.columns[index]
        if let words = words[index] {
            let word = cell.plainText ?? ""
            return words[word].map(SourceValue.text) ?? (cell == .null ? .null : .text(word))
        }
        if Self.times.contains(column) { return time(cell) }
        if Self.texts.contains(column) { return .text(orNull: cell.plainText) }
        switch cell {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .real(let number): return .real(number)
        case .text(let text): return .text(text)
        case .blob: return .text(orNull: cell.plainText)
        }
    }

    private static let times: Set<String> = ["starts_at", "cancelled_at", "at"]
    /// Ids and words: a number is one by its digits.
    private static let texts: Set<String> = [
        "id", "client_id", "therapist_id", "kind", "status", "reason", "name", "phone", "code", "instrument", "class",
        "protocol", "outcome", "detail", "standing", "payer", "team", "contact_preference", "anniversary", "next_step",
    ]

    /// Seconds, or a local time of the mapping's zone.
    private func time(_ cell: SQLValue) -> SourceValue {
        switch cell {
        case .integer(let seconds): return .integer(seconds)
        case .null: return .null
        default:
            guard let text = cell.plainText else { return .null }
            return local(text).map { .integer($0.seconds) } ?? .text(text)
        }
    }

    private func local(_ text: String) -> WallTime? {
        guard let day = LocalDay(iso: text.prefix(10)), text.utf8.count >= 16,
            " T".contains(text[text.index(text.startIndex, offsetBy: 10)]),
            let seconds = Self.seconds(text.dropFirst(11))
        else { return nil }
        return zone.time(on: day, secondOfDay: seconds)
    }

    /// `HH:MM`, `HH:MM:SS`, also beyond 24 hours.
    private static func seconds(_ text: some StringProtocol) -> Int? {
        let parts = (text.split(separator: ".", maxSplits: 1).first ?? "").split(separator: ":").map { Int($0) }
        guard parts.count == 2 || parts.count == 3, let hours = parts[0], let minutes = parts[1], hours >= 0,
            (0..<60).contains(minutes)
        else { return nil }
        let rest = parts.count == 3 ? parts[2] ?? -1 : 0
        guard (0..<60).contains(rest) else { return nil }
        let seconds = hours * 3_600 + minutes * 60 + rest
        return seconds <= maxSeconds ? seconds : nil
    }

    private func extraValue(_ name: String, _ found: any SQLServerRow) throws -> SQLValue? {
        try extra[name].map { try found.value($0) }
    }

    // MARK: Sessions

    private func session(
        _ values: [SourceValue], _ found: any SQLServerRow, _ row: (SourceRow) throws -> Void
    ) throws {
        var values = values
        guard extra["date"] != nil else {
            // A time that no clock shows is for the store to name.
            if case .integer(let start) = values[Column.start], Self.clockTimes.contains(start) {
                note(&values, zone.day(of: WallTime(seconds: start)))
            }
            return try row(SourceRow(.session, values))
        }
        let date = try extraValue("date", found)
        let time = try extraValue("time", found)
        guard let first = date?.day, let seconds = time?.plainText.flatMap({ Self.seconds($0) }) else {
            values[Column.start] = .text("\(date?.plainText ?? "") \(time?.plainText ?? "")")
            return try row(SourceRow(.session, values))
        }
        let kind = try extraValue("series_kind", found)?.wholeNumber ?? 0
        guard mapping.hasSeries, kind != 0 else {
            values[Column.start] = .integer(start(first, seconds))
            note(&values, first)
            return try row(SourceRow(.session, values))
        }
        try occurrences(values, kind, first, seconds, found, row)
    }

    private func occurrences(
        _ values: [SourceValue], _ kind: Int, _ first: LocalDay, _ seconds: Int, _ found: any SQLServerRow,
        _ row: (SourceRow) throws -> Void
    ) throws {
        let rule = try extraValue("series_rule", found)?.plainText ?? ""
        let last = try extraValue("series_until", found)?.day
        var values = values
        guard let series = OpenEMRSeries(kind: kind, specification: rule, first: first, last: last) else {
            // A rule that nobody understands is asked about, not left out.
            values[Column.start] = .text("series")
            return try row(SourceRow(.session, values))
        }
        guard case .text(let id) = values[Column.id] else {
            values[Column.start] = .text("series")
            return try row(SourceRow(.session, values))
        }
        let status = values[Column.status]
        for day in series.days(from: span.fromDay, until: span.untilDay) {
            values[Column.start] = .integer(start(day, seconds))
            // An id of its own: an occurrence that goes must not be taken for one that moved.
            values[Column.id] = .text("\(id)/\(day.iso)")
            values[Column.status] = status
            note(&values, day)
            try row(SourceRow(.session, values))
        }
    }

    /// Nobody wrote down what became of it, and the record of treatment has the client that day: they were there, says something
    /// that is no mark of this session.
    private func note(_ values: inout [SourceValue], _ day: LocalDay) {
        guard !seen.isEmpty, values[Column.status] == .text("scheduled"),
            case .text(let client) = values[Column.client],
            seen.contains(SeenDay(client: client, day: day))
        else { return }
        values[Column.status] = .text("arrived")
    }

    private func start(_ day: LocalDay, _ seconds: Int) -> Int64 {
        zone.time(on: day.adding(days: seconds / 86_400), secondOfDay: seconds % 86_400).seconds
    }
}

extension SQLValue {
    /// The value as a text; nil for null.
    var plainText: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): Int64(exactly: number).map { String($0) } ?? String(number)
        case .text(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    var wholeNumber: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .text(let text): Int(text)
        case .real(let number): Int(exactly: number)
        case .null, .blob: nil
        }
    }

    /// The day of a date; nil for none, and for one of zeros.
    var day: LocalDay? {
        plainText.flatMap { LocalDay(iso: $0.prefix(10)) }
    }
}
