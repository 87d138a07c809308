import CMariaDB

/// MariaDB's values, by the type of their field.
///
/// | type | becomes |
/// |---|---|
/// | BOOLEAN, TINYINT … BIGINT, YEAR, BIT | integer |
/// | FLOAT, DOUBLE, DECIMAL | integer when whole and within 64 bits, else real |
/// | CHAR, VARCHAR, TEXT, ENUM, SET, JSON, UUID, INET6 | text |
/// | DATE | text `YYYY-MM-DD` |
/// | DATETIME, and TIMESTAMP in UTC | text `YYYY-MM-DD HH:MM:SS`, fractions cut off |
/// | TIME | text `[-]HH:MM:SS`, up to 838 hours |
/// | BINARY, VARBINARY, BLOB | blob |
///
/// Zero dates are kept: `0000-00-00`. Geometry has no conversion.
enum MariaDBValue {
    case value(SQLValue)
    case unknownType
    case doesNotFit

    /// What a field is fetched as, and how it is read.
    enum Kind {
        case integer(isUnsigned: Bool)
        case bits, double, float, decimal, date, moment, time, text, blob, null, unknown

        init(_ field: MYSQL_FIELD) {
            // 63 is the collation `binary`.
            let isBinary = field.charsetnr == 63
            switch field.type {
            case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG,
                MYSQL_TYPE_YEAR:
                self = .integer(isUnsigned: field.flags & UInt32(UNSIGNED_FLAG) != 0)
            case MYSQL_TYPE_BIT: self = .bits
            case MYSQL_TYPE_FLOAT: self = .float
            case MYSQL_TYPE_DOUBLE: self = .double
            case MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL: self = .decimal
            case MYSQL_TYPE_DATE, MYSQL_TYPE_NEWDATE: self = .date
            case MYSQL_TYPE_DATETIME, MYSQL_TYPE_DATETIME2, MYSQL_TYPE_TIMESTAMP, MYSQL_TYPE_TIMESTAMP2:
                self = .moment
            case MYSQL_TYPE_TIME, MYSQL_TYPE_TIME2: self = .time
            case MYSQL_TYPE_ENUM, MYSQL_TYPE_SET, MYSQL_TYPE_JSON: self = .text
            case MYSQL_TYPE_STRING, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_VARCHAR, MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_BLOB,
                MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB:
                self = isBinary ? .blob : .text
            case MYSQL_TYPE_NULL: self = .null
            default: self = .unknown
            }
        }

        var bufferType: enum_field_types {
            switch self {
            case .integer: MYSQL_TYPE_LONGLONG
            case .double: MYSQL_TYPE_DOUBLE
            case .float: MYSQL_TYPE_FLOAT
            case .date: MYSQL_TYPE_DATE
            case .moment: MYSQL_TYPE_DATETIME
            case .time: MYSQL_TYPE_TIME
            case .text, .decimal: MYSQL_TYPE_STRING
            case .bits, .blob, .unknown: MYSQL_TYPE_BLOB
            case .null: MYSQL_TYPE_NULL
            }
        }

        var isUnsigned: Bool {
            if case .integer(true) = self { true } else { false }
        }

        /// Whether the length of the value is that of its bytes.
        var isBytes: Bool {
            switch self {
            case .text, .decimal, .bits, .blob, .unknown: true
            case .integer, .double, .float, .date, .moment, .time, .null: false
            }
        }

        func decode(_ bytes: UnsafeRawBufferPointer) -> MariaDBValue {
            switch self {
            case .integer(isUnsigned: false): return .value(.integer(bytes.loadUnaligned(as: Int64.self)))
            case .integer(isUnsigned: true):
                return Int64(exactly: bytes.loadUnaligned(as: UInt64.self)).map { .value(.integer($0)) } ?? .doesNotFit
            case .bits:
                let number = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                return Int64(exactly: number).map { .value(.integer($0)) } ?? .doesNotFit
            case .double: return .value(number(bytes.loadUnaligned(as: Double.self)))
            case .float: return .value(number(Double(bytes.loadUnaligned(as: Float.self))))
            case .decimal: return .value(DecimalText.value(Substring(String(decoding: bytes, as: UTF8.self))))
            case .date: return .value(.text(day(bytes.loadUnaligned(as: MYSQL_TIME.self))))
            case .moment:
                let time = bytes.loadUnaligned(as: MYSQL_TIME.self)
                return .value(.text("\(day(time)) \(clock(Int(time.hour), time))"))
            case .time:
                let time = bytes.loadUnaligned(as: MYSQL_TIME.self)
                let text = clock(Int(time.day) * 24 + Int(time.hour), time)
                return .value(.text(time.neg != 0 ? "-\(text)" : text))
            case .text: return .value(.text(String(decoding: bytes, as: UTF8.self)))
            case .blob: return .value(.blob(Array(bytes)))
            case .null: return .value(.null)
            case .unknown: return .unknownType
            }
        }

        private func number(_ value: Double) -> SQLValue {
            Int64(exactly: value).map(SQLValue.integer) ?? .real(value)
        }

        private func day(_ time: MYSQL_TIME) -> String {
            "\(CivilDay.padded(Int(time.year), 4))-\(CivilDay.padded(Int(time.month), 2))"
                + "-\(CivilDay.padded(Int(time.day), 2))"
        }

        private func clock(_ hours: Int, _ time: MYSQL_TIME) -> String {
            "\(CivilDay.padded(hours, 2)):\(CivilDay.padded(Int(time.minute), 2))"
                + ":\(CivilDay.padded(Int(time.second), 2))"
        }
    }
}
