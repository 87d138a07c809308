/// PostgreSQL's binary values, by the OID of their type (src/include/catalog/pg_type.dat, the types' send functions).
///
/// | type | becomes |
/// |---|---|
/// | bool | integer 0 or 1 |
/// | int2, int4, int8, oid, xid, xid8 | integer |
/// | numeric | integer when whole and within 64 bits, else real (also NaN and infinity) |
/// | float4, float8 | real |
/// | text, varchar, bpchar (with its blanks), name, unknown | text |
/// | uuid | text, `01234567-89ab-…` |
/// | date | text `YYYY-MM-DD` |
/// | timestamp | text `YYYY-MM-DD HH:MM:SS`, fractions cut off |
/// | timestamptz | integer, seconds since 1970, rounded down |
/// | bytea | blob |
///
/// `infinity` and `-infinity` of dates and times are text. Everything else has no conversion, enums and arrays included.
enum PostgresValue {
    case value(SQLValue)
    case unknownType
    case doesNotFit
    case malformed

    static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> PostgresValue {
        switch type {
        case 16: integer(bytes, UInt8.self).map { .value(.integer($0 == 0 ? 0 : 1)) } ?? .malformed
        case 20: integer(bytes, Int64.self).map { .value(.integer($0)) } ?? .malformed
        case 21: integer(bytes, Int16.self).map { .value(.integer(Int64($0))) } ?? .malformed
        case 23: integer(bytes, Int32.self).map { .value(.integer(Int64($0))) } ?? .malformed
        case 26, 28: integer(bytes, UInt32.self).map { .value(.integer(Int64($0))) } ?? .malformed
        case 5069: integer(bytes, UInt64.self).map(unsigned) ?? .malformed
        case 700:
            integer(bytes, UInt32.self).map { .value(.real(Double(Float(bitPattern: $0)))) } ?? .malformed
        case 701: integer(bytes, UInt64.self).map { .value(.real(Double(bitPattern: $0))) } ?? .malformed
        case 17: .value(.blob(Array(bytes)))
        case 19, 25, 705, 1_042, 1_043: .value(.text(String(decoding: bytes, as: UTF8.self)))
        case 1_082: integer(bytes, Int32.self).map(date) ?? .malformed
        case 1_114: integer(bytes, Int64.self).map(timestamp) ?? .malformed
        case 1_184: integer(bytes, Int64.self).map(instant) ?? .malformed
        case 1_700: PostgresNumeric.decode(bytes)
        case 2_950: bytes.count == 16 ? .value(.text(uuid(bytes))) : .malformed
        default: .unknownType
        }
    }

    /// The whole of `bytes` as one number in network order.
    private static func integer<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ type: Number.Type
    ) -> Number? {
        guard bytes.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }

    private static func unsigned(_ number: UInt64) -> PostgresValue {
        Int64(exactly: number).map { .value(.integer($0)) } ?? .doesNotFit
    }

    private static func infinity(_ number: some FixedWidthInteger & SignedInteger) -> PostgresValue {
        .value(.text(number < 0 ? "-infinity" : "infinity"))
    }

    // PostgreSQL counts from 2000-01-01.
    private static let epochDays = 10_957
    private static let epochSeconds: Int64 = 946_684_800

    private static func date(_ days: Int32) -> PostgresValue {
        guard days != .min, days != .max else { return infinity(days) }
        let day = CivilDay(daysSince1970: Int(days) + epochDays)
        return .value(.text(day.text + (day.isBeforeChrist ? " BC" : "")))
    }

    private static func timestamp(_ microseconds: Int64) -> PostgresValue {
        guard microseconds != .min, microseconds != .max else { return infinity(microseconds) }
        let seconds = floor(microseconds, 1_000_000)
        let days = floor(seconds, 86_400)
        let day = CivilDay(daysSince1970: Int(days) + epochDays)
        let text = "\(day.text) \(CivilDay.clock(Int(seconds - days * 86_400)))"
        return .value(.text(text + (day.isBeforeChrist ? " BC" : "")))
    }

    private static func instant(_ microseconds: Int64) -> PostgresValue {
        guard microseconds != .min, microseconds != .max else { return infinity(microseconds) }
        return .value(.integer(floor(microseconds, 1_000_000) + epochSeconds))
    }

    private static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        number / unit - (number % unit < 0 ? 1 : 0)
    }

    private static func uuid(_ bytes: UnsafeRawBufferPointer) -> String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
