import CMariaDB

/// The values of a statement's parameters, in memory that libmariadb reads while the statement runs.
final class MariaDBParameters {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private var memory: [UnsafeMutableRawPointer] = []
    private let count: Int

    /// Nil when a place has no value, or a value no place.
    init?(_ order: [Int], _ values: [SQLValue]) {
        guard Set(order) == Set(values.indices) else { return nil }
        count = order.count
        binds = .allocate(capacity: max(count, 1))
        binds.initialize(repeating: MYSQL_BIND(), count: max(count, 1))
        for (place, index) in order.enumerated() { bind(values[index], at: place) }
    }

    deinit {
        for pointer in memory { pointer.deallocate() }
        binds.deallocate()
    }

    private func bind(_ value: SQLValue, at place: Int) {
        switch value {
        case .null: binds[place].buffer_type = MYSQL_TYPE_NULL
        case .integer(let number): hold(withUnsafeBytes(of: number) { Array($0) }, MYSQL_TYPE_LONGLONG, at: place)
        case .real(let number): hold(withUnsafeBytes(of: number) { Array($0) }, MYSQL_TYPE_DOUBLE, at: place)
        case .text(let text): hold(Array(text.utf8), MYSQL_TYPE_STRING, at: place)
        case .blob(let bytes): hold(bytes, MYSQL_TYPE_BLOB, at: place)
        }
    }

    private func hold(_ bytes: [UInt8], _ type: enum_field_types, at place: Int) {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        memory.append(copy)
        binds[place].buffer_type = type
        binds[place].buffer = copy
        binds[place].buffer_length = UInt(bytes.count)
        // No pointer: the library then takes `length_value`'s address for it.
        binds[place].length = nil
        binds[place].length_value = UInt(bytes.count)
    }
}
