import VigilCore

/// One or several columns of a CSV file, read as one text.
package struct ImportColumn: Sendable, Hashable {
    package var names: [String]
    /// Their places in the header; empty until the mapping is resolved.
    fileprivate(set) var fields: [Int] = []

    package init(names: [String]) {
        self.names = names
    }

    /// The names for a message.
    var title: String { names.joined(separator: " + ") }

    /// The text without white space at its ends; the parts of several columns with a space between, empty ones left out.
    func text(of record: CSVRecord) -> (text: String, isRepaired: Bool) {
        if fields.count == 1 {
            let (text, isRepaired) = record.text(fields[0])
            return (text.trimmed, isRepaired)
        }
        let parts = fields.map { record.text($0) }
        return (
            parts.map(\.text.trimmed).filter { !$0.isEmpty }.joined(separator: " "), parts.contains { $0.isRepaired }
        )
    }

    func resolved(in header: CSVHeader) -> ImportColumn {
        var copy = self
        copy.fields = names.compactMap { header.field(of: $0) }
        return copy
    }
}

/// The first record of a CSV file: where each column is, and which were looked for in vain.
final class CSVHeader {
    let count: Int
    private let names: [String]
    private(set) var complaints: [String] = []

    init(_ record: CSVRecord) {
        count = record.count
        names = (0..<record.count).map { record.text($0).text.trimmed }
    }

    func field(of name: String) -> Int? {
        guard let field = names.firstIndex(of: name) else {
            var complaint = "the file has no column '\(name)'"
            let sameLetters = names.first { $0.lowercased() == name.lowercased() }
            if let near = sameLetters ?? nearest(to: name, among: names.filter { !$0.isEmpty }) {
                complaint += "; did you mean '\(near.printable(maxCount: 40))'?"
            }
            note(complaint)
            return nil
        }
        if names[(field + 1)...].contains(name) { note("the file has the column '\(name)' twice") }
        return field
    }

    private func note(_ complaint: String) {
        if !complaints.contains(complaint) { complaints.append(complaint) }
    }
}

extension ConfigReader {
    /// The column reference under `key`: a header text, or a list of them.
    func column(_ key: String, required: Bool) -> ImportColumn? {
        guard let node = node(key) else {
            if required { issue("\(name(key)) is missing") }
            return nil
        }
        switch node.content {
        case .scalar(let text, _): return ImportColumn(names: [text])
        case .list(let items) where !items.isEmpty: return ImportColumn(names: texts(key).map(\.text))
        default:
            issue("\(name(key)) must be the name of a column, or a list of names", at: node.place)
            return nil
        }
    }

    /// `{column: …, format: …}`.
    func timeColumn(_ key: String, required: Bool) -> ImportMapping.TimeColumn? {
        guard let node = node(key) else {
            if required { issue("\(name(key)) is missing") }
            return nil
        }
        guard case .map = node.content else {
            issue("\(name(key)) must say the column and the format: {column: …, format: …}", at: node.place)
            return nil
        }
        let section = section(key)
        let column = section.column("column", required: true)
        let format = section.text("format")
        section.refuseUnknownKeys()
        do throws(TimePattern.Refusal) {
            guard let column, !format.isEmpty else { return nil }
            return ImportMapping.TimeColumn(column: column, pattern: try TimePattern(parsing: format))
        } catch {
            issue("\(section.name("format")): \(error.message)", at: section.node("format")?.place)
            return nil
        }
    }

    /// `{column: …, values: {…}}`; every value must be a word of `type`.
    func wordColumn<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type, needsValues: Bool = true
    ) -> ImportMapping.WordColumn? where Word.RawValue == String {
        guard let node = node(key) else { return nil }
        if !needsValues, case .scalar(let text, _) = node.content {
            return ImportMapping.WordColumn(column: ImportColumn(names: [text]), values: [:])
        }
        guard case .map = node.content else {
            issue("\(name(key)) must say the column and its values: {column: …, values: {…}}", at: node.place)
            return nil
        }
        let section = section(key)
        let column = section.column("column", required: true)
        let table = section.section("values", required: needsValues)
        var values: [String: String] = [:]
        for (raw, _) in table.keys {
            guard let node = table.node(raw) else {
                table.issue("\(table.name(raw)) has no value")
                continue
            }
            if let word = choice(node, table.name(raw), type) { values[raw.trimmed] = word.rawValue }
        }
        section.refuseUnknownKeys()
        return column.map { ImportMapping.WordColumn(column: $0, values: values) }
    }
}

extension String {
    /// Without white space at the ends; no-break spaces count, spreadsheets leave them behind.
    var trimmed: String {
        // Nearly every cell has none, and then nothing is copied.
        guard let first = utf8.first, let last = utf8.last else { return self }
        if (0x21...0x7E).contains(first), (0x21...0x7E).contains(last) { return self }
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }
        return end.map { String(scalars[...$0]) } ?? ""
    }

    /// For a message: one line, at most `maxCount` characters, nothing that moves a terminal's cursor or turns its direction.
    func printable(maxCount: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(maxCount) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                scalars.append("?")
            default: scalars.append(scalar)
            }
        }
        return String(scalars) + (unicodeScalars.count > maxCount ? "…" : "")
    }
}
