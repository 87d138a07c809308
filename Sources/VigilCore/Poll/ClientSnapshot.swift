/// All that one read of the store says about one client.
package struct ClientSnapshot: Sendable, Hashable {
    package var client: ClientRecord
    /// Ascending by key.
    package var sessions: [SessionRecord]
    /// Ascending by time.
    package var contacts: [ContactRecord]
    package var clinical: ClinicalRecord
    /// Rows that could not be read; each becomes a visible task (I28).
    package var unreadable: [UnreadableRow]

    package init(client: ClientRecord) {
        self.client = client
        sessions = []
        contacts = []
        clinical = ClinicalRecord()
        unreadable = []
    }
}

/// A row of the store that could not be read: which one, and which field. Never the value.
package struct UnreadableRow: Sendable, Hashable {
    /// Table of the store, for example `session`.
    package var table: String
    /// Opaque id of the row in that table: client data, like every store id.
    package var rowID: String
    /// The column at fault.
    package var column: String

    package init(table: String, rowID: String, column: String) {
        self.table = table
        self.rowID = rowID
        self.column = column
    }
}
