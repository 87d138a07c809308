internal import VigilSQL

/// One ordered statement of a merge: its rows ascend by client, whose id is column 0.
///
/// Ids are compared as bytes where they lie in the row; no string is made for a comparison.
final class ClientCursor {
    let row: any SQLStatement
    private(set) var hasRow: Bool

    init(_ statement: any SQLStatement, _ values: [SQLValue]) throws(SQLError) {
        row = statement
        try statement.bind(values)
        hasRow = try statement.step()
    }

    func advance() throws(SQLError) {
        hasRow = try row.step()
    }

    /// Whether the current row is one of `client`.
    func isAt(_ client: StoredID) -> Bool {
        hasRow && order(against: client) == 0
    }

    /// Passes over rows of earlier clients; true when the current row is then one of `client`.
    func seek(_ client: StoredID) throws(SQLError) -> Bool {
        while hasRow {
            let order = order(against: client)
            if order >= 0 { return order == 0 }
            try advance()
        }
        return false
    }

    private func order(against client: StoredID) -> Int {
        let (bytes, isBlob) = row.key(0)
        return client.order(ofRow: bytes, isBlob: isBlob)
    }
}
