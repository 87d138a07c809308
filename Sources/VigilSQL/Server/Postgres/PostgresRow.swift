import CPostgres

/// The current row of a result in single-row mode.
final class PostgresRow: SQLServerRow {
    let columnNames: [String]
    private let types: [UInt32]
    /// Set while the row is in the caller's hands.
    var result: OpaquePointer?

    init(_ result: OpaquePointer) {
        let columns = 0..<PQnfields(result)
        columnNames = columns.map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        types = columns.map { PQftype(result, $0) }
    }

    func value(_ column: Int) throws(SQLError) -> SQLValue {
        guard let result, types.indices.contains(column) else {
            throw SQLError(kind: .other, code: 0, message: "no value at column \(column)")
        }
        guard PQgetisnull(result, 0, Int32(column)) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, 0, Int32(column)), count: Int(PQgetlength(result, 0, Int32(column))))
        switch PostgresValue.decode(bytes, type: types[column]) {
        case .value(let value): return value
        case .unknownType:
            throw .unreadable(column: columnNames[column], "has a type without conversion (OID \(types[column]))")
        case .doesNotFit: throw .unreadable(column: columnNames[column], "holds a number above 64 bits")
        case .malformed: throw .unreadable(column: columnNames[column], "comes in a form that is not its type's")
        }
    }
}
