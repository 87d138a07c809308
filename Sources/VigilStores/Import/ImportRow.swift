import VigilCore
import VigilSQL

/// One row of the file in the practice schema's terms.
struct ImportRow {
    var line: Int
    var clientID: String
    var sessionID: String
    /// Seconds since the epoch.
    var startsAt: Int64
    var therapist: String?
    var therapistName: String?
    var durationMinutes: Int?
    var kind: String?
    var status: String
    var reason: String?
    var cancelledAt: Int64?
    /// In the order of `mapping.client`.
    var client: [SQLValue] = []
}

/// Turns records into rows by a mapping, and collects what is wrong with them.
///
/// What makes a session (client, id, start, status) must be readable, or the row is bad. Anything else that cannot be read
/// gives a warning and the row stays, because a session that is left out is a miss that nobody sees. A fact about a client
/// is then kept as it is written, so that vigil finds it *unreadable* and not absent (clinical.md section 1, rule 3).
struct ImportRowReader {
    private let mapping: ImportMapping
    private let fieldCount: Int
    private(set) var badRows = ImportIssues()
    private(set) var warnings = ImportIssues()
    private(set) var unmapped = UnmappedWords()

    /// Ages outside it are unreadable: the oldest person known reached 122.
    private static let ages = 0...125

    /// - Parameter mapping: resolved in the file's header.
    init(mapping: ImportMapping, fieldCount: Int) {
        self.mapping = mapping
        self.fieldCount = fieldCount
    }

    mutating func note(_ fault: CSVReader.CSVFault, line: Int, lastLine: Int) {
        let place = lastLine > line ? " (lines \(line) to \(lastLine))" : ""
        let reason =
            switch fault {
            case .tooLong: "the record is longer than 1 MiB\(place); a quote may be missing"
            case .textAfterQuote: "there is text after a closing quote\(place); a quote inside a text must be doubled"
            case .unterminatedQuote: "a quote is never closed, so nothing from here to the end could be read\(place)"
            }
        badRows.add(ImportIssue(line: line, reason: reason))
    }

    /// - Returns: nil when the row cannot be used; what is wrong has then been noted.
    mutating func read(_ record: CSVRecord) -> ImportRow? {
        guard record.count == fieldCount else {
            badRows.add(
                ImportIssue(
                    line: record.line, reason: "the row has \(record.count) fields, and the header has \(fieldCount)"))
            return nil
        }
        // The status first: a word that nobody mapped is collected even from a row that is bad for another reason.
        guard let status = status(record) else { return nil }
        guard let clientID = identifier(mapping.clientID, record) else { return nil }
        var sessionID = clientID
        if let column = mapping.sessionID {
            guard let id = identifier(column, record) else { return nil }
            sessionID = id
        }
        let (startText, _) = mapping.startsAt.column.text(of: record)
        guard let start = mapping.startsAt.pattern.time(startText, in: mapping.zone) else {
            bad(
                record, mapping.startsAt.column,
                startText.isEmpty ? "is empty" : "is not a time in the mapping's format")
            return nil
        }
        var row = ImportRow(
            line: record.line, clientID: clientID, sessionID: sessionID, startsAt: start.seconds, status: status)
        row.therapist = text(mapping.therapist, record)
        row.therapistName = text(mapping.therapistName, record)
        row.kind = text(mapping.kind, record)
        row.durationMinutes = duration(record)
        row.reason = text(mapping.reason?.column, record).map { mapping.reason?.values[$0] ?? $0 }
        row.cancelledAt = cancelledAt(record)
        row.client.reserveCapacity(mapping.client.count)
        for fact in mapping.client { row.client.append(value(of: fact, record, start)) }
        return row
    }

    // MARK: Session

    private mutating func status(_ record: CSVRecord) -> String? {
        guard let column = mapping.status else { return (mapping.defaultStatus ?? .scheduled).rawValue }
        let (raw, _) = column.column.text(of: record)
        if let word = column.values[raw] { return word }
        unmapped.add(raw, column: column.column.title, line: record.line)
        return nil
    }

    private mutating func identifier(_ column: ImportColumn, _ record: CSVRecord) -> String? {
        let (text, isRepaired) = column.text(of: record)
        if text.isEmpty {
            bad(record, column, "is empty")
            return nil
        }
        // Repairing maps different bytes to the same text, and with it two clients to one.
        if isRepaired {
            bad(record, column, "is not valid UTF-8, and an id cannot be repaired")
            return nil
        }
        return text
    }

    private mutating func duration(_ record: CSVRecord) -> Int? {
        guard let column = mapping.durationMinutes, let text = text(column, record) else { return nil }
        if let minutes = Int(text), ImportMapping.durations.contains(minutes) { return minutes }
        warn(record, column, "is not a number of minutes from 1 to 1440; the default was taken")
        return nil
    }

    private mutating func cancelledAt(_ record: CSVRecord) -> Int64? {
        guard let column = mapping.cancelledAt, let text = text(column.column, record) else { return nil }
        if let time = column.pattern.time(text, in: mapping.zone) { return time.seconds }
        // Without a time a client's cancellation counts as late: up, never silently down (reliability.md, I29).
        warn(record, column.column, "is not a time in the mapping's format; the time of the cancellation is not known")
        return nil
    }

    // MARK: Client

    private mutating func value(
        of fact: ImportMapping.ClientFact, _ record: CSVRecord, _ start: WallTime
    ) -> SQLValue {
        switch fact.source {
        case .text(let column): return .text(orNull: text(column, record))
        case .day(let column):
            guard let text = text(column.column, record) else { return .null }
            if let day = column.pattern.day(text, in: mapping.zone) { return .text(day.iso) }
            return unreadable(text, record, column.column, "is not a day in the mapping's format")
        case .age(let column, let day):
            guard let text = text(column, record) else { return .null }
            if let age = Int(text), Self.ages.contains(age) {
                return .text((day ?? mapping.zone.day(of: start)).birthday(age: age).iso)
            }
            return unreadable(text, record, column, "is not an age from 0 to \(Self.ages.upperBound)")
        case .flag(let column):
            guard let text = text(column.column, record) else { return .null }
            if let word = column.values[text.lowercased()] { return .integer(word == "yes" ? 1 : 0) }
            return unreadable(text, record, column.column, "is neither yes nor no")
        case .word(let column):
            let (raw, _) = column.column.text(of: record)
            if let word = column.values[raw] { return .text(word) }
            if !raw.isEmpty { unmapped.add(raw, column: column.column.title, line: record.line) }
            return .null
        }
    }

    private mutating func unreadable(
        _ text: String, _ record: CSVRecord, _ column: ImportColumn, _ reason: String
    ) -> SQLValue {
        warn(record, column, "\(reason); kept as it is, and read as unreadable")
        return .text(text)
    }

    // MARK: Text

    /// The text of a column, nil when there is none; repaired text is reported.
    private mutating func text(_ column: ImportColumn?, _ record: CSVRecord) -> String? {
        guard let column else { return nil }
        let (text, isRepaired) = column.text(of: record)
        if isRepaired { warn(record, column, "is not valid UTF-8; what could not be read was replaced") }
        return text.isEmpty ? nil : text
    }

    private mutating func bad(_ record: CSVRecord, _ column: ImportColumn, _ reason: String) {
        badRows.add(ImportIssue(line: record.line, column: column.title, reason: reason))
    }

    private mutating func warn(_ record: CSVRecord, _ column: ImportColumn, _ reason: String) {
        warnings.add(ImportIssue(line: record.line, column: column.title, reason: reason))
    }
}

/// Words of a vocabulary column that its table does not name.
///
/// They are the store's vocabulary and not a client's data, so the refusal may show them; cut, since a mapping may point at
/// the wrong column.
struct UnmappedWords {
    private struct Entry {
        var column: String
        var count: Int
        var line: Int
    }

    private var entries: [String: Entry] = [:]

    /// A column with more words than this is not a vocabulary; the rest is not kept.
    private static let maxKept = 1_000
    private static let maxShown = 20
    private static let maxCharacters = 40

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ raw: String, column: String, line: Int) {
        let word = raw.isEmpty ? "(empty)" : "'\(raw.printable(maxCount: Self.maxCharacters))'"
        let key = "\(column)\n\(word)"
        if entries[key] == nil {
            guard entries.count < Self.maxKept else { return }
            entries[key] = Entry(column: column, count: 0, line: line)
        }
        entries[key]?.count += 1
    }

    /// `column 'Status': 'Recheduled' (3 rows, the first in line 17)`, the first in the file first.
    var description: String {
        let sorted = entries.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
        let shown = sorted.prefix(Self.maxShown).map { key, entry in
            let word = key.split(separator: "\n", maxSplits: 1).last ?? ""
            let rows = entry.count == 1 ? "1 row, in line" : "\(entry.count) rows, the first in line"
            return "column '\(entry.column)': \(word) (\(rows) \(entry.line))"
        }
        let rest = sorted.count - shown.count
        return shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
}

extension LocalDay {
    /// The latest day of birth of somebody who is `age` on this day: nobody counts as grown up too early (the floor
    /// `minor_with_factor`, clinical.md section 3).
    fileprivate func birthday(age: Int) -> LocalDay {
        let (year, month, day) = civil
        return LocalDay(year: year - age, month: month, day: day)
            ?? LocalDay(year: year - age, month: 2, day: 28) ?? self
    }
}
