import VigilSQL

/// A statement of a mapping with named places, `{from}`: each becomes a parameter, so that no value is ever part of the text.
struct SQLTemplate {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// - Parameter values: of a place; several are written `IN ($1, $2)`; nil leaves the braces as they stand.
    func filled(_ values: (String) -> [SQLValue]?) -> (sql: String, values: [SQLValue]) {
        var sql = ""
        var bound: [SQLValue] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            sql += rest[..<open]
            let after = rest[rest.index(after: open)...]
            guard let close = after.firstIndex(of: "}"), let held = values(String(after[..<close])) else {
                sql += "{"
                rest = after
                continue
            }
            let places = held.map { value -> String in
                bound.append(value)
                return "$\(bound.count)"
            }
            sql +=
                held.count == 1 && after[..<close] != "clients" ? places[0] : "IN (\(places.joined(separator: ", ")))"
            rest = after[after.index(after: close)...]
        }
        return (sql + rest, bound)
    }
}
