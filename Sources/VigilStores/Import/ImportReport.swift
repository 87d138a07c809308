package import VigilCore

/// What an import did. Holds lines, columns, reasons and counts; no value of the file but the practice's own status words.
package struct ImportReport: Sendable, Hashable, Codable {
    /// Records of the file after the header, faulty ones included: `rowsImported` + `rowsSuperseded` + `badRows.total`.
    package var rowsRead = 0
    /// Sessions of the file that are now in the store.
    package var rowsImported = 0
    /// Rows that a later row with the same session replaced.
    package var rowsSuperseded = 0
    /// Rows that were imported although something about them could not be used.
    package var warnings = ImportIssues()
    /// Rows that were not imported.
    package var badRows = ImportIssues()
    /// Clients whom the file names.
    package var clients = 0
    /// Sessions of the file by status of the practice schema.
    package var statuses: [String: Int] = [:]
    package var sessionsAdded = 0
    package var sessionsChanged = 0
    package var clientsAdded = 0
    package var clientsChanged = 0
    /// Sessions that were in the store and have moved to another start.
    package var sessionsRescheduled = 0
    /// Sessions of the store, within the time that the file covers, that the file does not name: a question for a person.
    package var sessionsNotInFile = 0
    /// The source's modification time: how old the data is.
    package var asOf = WallTime(seconds: 0)

    package init() {}

    /// 0, or 3 when rows were left out (ux.md, "Command line").
    package var exitStatus: Int32 { badRows.total == 0 ? 0 : 3 }
}

/// A bounded list of issues with their full number.
package struct ImportIssues: Sendable, Hashable, Codable {
    package private(set) var total = 0
    package private(set) var first: [ImportIssue] = []

    /// Enough to see a pattern; a file of a million bad rows must not fill the memory or the screen.
    package static let maxKept = 100

    package init() {}

    mutating func add(_ issue: ImportIssue) {
        total += 1
        if first.count < Self.maxKept { first.append(issue) }
    }

    mutating func add(uncounted count: Int) {
        total += count
    }
}

/// Something about one row of a file.
package struct ImportIssue: Sendable, Hashable, Codable {
    /// Where the row begins, counted from 1; nil for something about the whole file.
    package var line: Int?
    /// As the mapping names it.
    package var column: String?
    /// Without any value of the row.
    package var reason: String

    package init(line: Int?, column: String? = nil, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

/// How far an import has come.
package struct ImportProgress: Sendable, Hashable {
    package var rows: Int
    package var bytesRead: Int64
    package var bytesTotal: Int64
}
