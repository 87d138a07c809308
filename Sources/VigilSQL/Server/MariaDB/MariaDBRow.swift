import CMariaDB

/// The current row of a statement whose rows are fetched one by one, each into the same memory.
final class MariaDBRow: SQLServerRow {
    let columnNames: [String]
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private var statement: UnsafeMutablePointer<MYSQL_STMT>?
    private let kinds: [MariaDBValue.Kind]
    private let buffers: UnsafeMutableRawPointer
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>
    private let errors: UnsafeMutablePointer<my_bool>

    /// Room for each column; a longer text is fetched when it is asked for. A name or a status fits.
    private static let bytesPerColumn = 256

    init(_ statement: UnsafeMutablePointer<MYSQL_STMT>, _ metadata: UnsafeMutablePointer<MYSQL_RES>) {
        let count = Int(mysql_num_fields(metadata))
        let fields = UnsafeBufferPointer(start: mysql_fetch_fields(metadata), count: count)
        columnNames = fields.map { $0.name.map { String(cString: $0) } ?? "" }
        kinds = fields.map { MariaDBValue.Kind($0) }
        self.statement = statement
        binds = .allocate(capacity: count)
        lengths = .allocate(capacity: count)
        nulls = .allocate(capacity: count)
        errors = .allocate(capacity: count)
        buffers = .allocate(byteCount: max(count, 1) * Self.bytesPerColumn, alignment: 16)
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        lengths.initialize(repeating: 0, count: count)
        nulls.initialize(repeating: 0, count: count)
        errors.initialize(repeating: 0, count: count)
        for (column, kind) in kinds.enumerated() {
            binds[column].buffer_type = kind.bufferType
            binds[column].is_unsigned = kind.isUnsigned ? 1 : 0
            binds[column].buffer = buffers + column * Self.bytesPerColumn
            binds[column].buffer_length = UInt(Self.bytesPerColumn)
            binds[column].length = lengths + column
            binds[column].is_null = nulls + column
            binds[column].error = errors + column
        }
    }

    deinit {
        binds.deallocate()
        lengths.deallocate()
        nulls.deallocate()
        errors.deallocate()
        buffers.deallocate()
    }

    /// The statement is over: a row that somebody kept has no value any more.
    func end() {
        statement = nil
    }

    func value(_ column: Int) throws(SQLError) -> SQLValue {
        guard let statement, kinds.indices.contains(column) else {
            throw SQLError(kind: .other, code: 0, message: "no value at column \(column)")
        }
        guard nulls[column] == 0 else { return .null }
        let length = Int(lengths[column])
        let value: MariaDBValue
        if kinds[column].isBytes, length > Self.bytesPerColumn {
            let long = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 16)
            defer { long.deallocate() }
            var bind = MYSQL_BIND()
            var full: UInt = 0
            bind.buffer_type = kinds[column].bufferType
            bind.buffer = long
            bind.buffer_length = UInt(length)
            let code = withUnsafeMutablePointer(to: &full) {
                bind.length = $0
                return mysql_stmt_fetch_column(statement, &bind, UInt32(column), 0)
            }
            guard code == 0 else {
                throw .unreadable(column: columnNames[column], "has a value that cannot be fetched")
            }
            value = kinds[column].decode(UnsafeRawBufferPointer(start: long, count: length))
        } else {
            let start = buffers + column * Self.bytesPerColumn
            let count = kinds[column].isBytes ? length : Self.bytesPerColumn
            value = kinds[column].decode(UnsafeRawBufferPointer(start: start, count: count))
        }
        switch value {
        case .value(let value): return value
        case .unknownType: throw .unreadable(column: columnNames[column], "has a type without conversion")
        case .doesNotFit: throw .unreadable(column: columnNames[column], "holds a number above 64 bits")
        }
    }
}
