/// Writes rows as CSV (RFC 4180), safe to open in a spreadsheet.
package enum CSVText {
    /// One record without its line end.
    package static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",")
    }

    /// A field that a spreadsheet would take for a formula begins with an apostrophe (ux.md).
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
