import Testing
import VigilSQL
import VigilTestKit

@Suite(.enabled(if: PostgresServer.isUsable)) struct PostgresValueTests {
    private func value(_ expression: String) throws -> SQLValue? {
        let connection = try SQLTestServers.shared(.postgresql).database().connect()
        return try connection.all("SELECT \(expression)").first?.first
    }

    private static let expected: [(String, SQLValue)] = [
        ("NULL::int4", .null), ("NULL::text", .null), ("NULL::timestamptz", .null),
        ("true", .integer(1)), ("false", .integer(0)),
        ("(-32768)::int2", .integer(-32_768)), ("32767::int2", .integer(32_767)),
        ("(-2147483648)::int4", .integer(-2_147_483_648)), ("2147483647", .integer(2_147_483_647)),
        ("(-9223372036854775808)::int8", .integer(Int64.min)), ("9223372036854775807", .integer(Int64.max)),
        ("4294967295::oid", .integer(4_294_967_295)), ("'7'::xid", .integer(7)), ("'8'::xid8", .integer(8)),
        ("1.5::float4", .real(1.5)), ("(-2.25)::float8", .real(-2.25)), ("2::float8", .real(2)),
        ("'infinity'::float8", .real(.infinity)), ("1e308::float8", .real(1e308)),
        ("0::numeric", .integer(0)), ("12.00::numeric", .integer(12)), ("(-12.50)::numeric", .real(-12.5)),
        ("0.0001::numeric", .real(0.0001)), ("0.1::numeric", .real(0.1)), ("10000::numeric", .integer(10_000)),
        ("123456789012.25::numeric", .real(123_456_789_012.25)), ("100000000::numeric", .integer(100_000_000)),
        ("9223372036854775807::numeric", .integer(Int64.max)),
        ("(-9223372036854775808)::numeric", .integer(Int64.min)),
        ("9223372036854775808::numeric", .real(9_223_372_036_854_775_808)),
        ("1e300::numeric", .real(1e300)), ("1e-300::numeric", .real(1e-300)),
        ("3.141592653589793238462643383279502884197::numeric", .real(3.141592653589793)),
        ("'infinity'::numeric", .real(.infinity)), ("'-infinity'::numeric", .real(-.infinity)),
        ("'ü'::text", .text("ü")), ("''::text", .text("")), ("'x'::varchar(3)", .text("x")),
        ("'x'::char(3)", .text("x  ")), ("'n'::name", .text("n")), ("'unknown'", .text("unknown")),
        ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", .text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
        ("'2024-02-29'::date", .text("2024-02-29")), ("'1969-12-31'::date", .text("1969-12-31")),
        ("'0001-01-01'::date", .text("0001-01-01")), ("'0044-03-15 BC'::date", .text("0044-03-15 BC")),
        ("'5874897-12-31'::date", .text("5874897-12-31")), ("'4713-01-01 BC'::date", .text("4713-01-01 BC")),
        ("'infinity'::date", .text("infinity")), ("'-infinity'::date", .text("-infinity")),
        ("'2026-07-01 23:59:59.999'::timestamp", .text("2026-07-01 23:59:59")),
        ("'1999-12-31 23:59:59.5'::timestamp", .text("1999-12-31 23:59:59")),
        ("'infinity'::timestamp", .text("infinity")),
        ("'1970-01-01 00:00:00+00'::timestamptz", .integer(0)),
        ("'1969-12-31 23:59:59.5+00'::timestamptz", .integer(-1)),
        ("'2026-07-01 12:00:00+02'::timestamptz", .integer(1_782_900_000)),
        ("'-infinity'::timestamptz", .text("-infinity")),
        ("'\\x00ff10'::bytea", .blob([0, 255, 16])), ("''::bytea", .blob([])),
    ]

    @Test func everyTypeIsConverted() throws {
        let connection = try SQLTestServers.shared(.postgresql).database().connect()
        for (expression, expected) in Self.expected {
            let found = try connection.all("SELECT \(expression)").first?.first
            #expect(found == expected, "\(expression)")
        }
    }

    @Test(arguments: ["'NaN'::numeric", "'NaN'::float8", "'NaN'::float4"])
    func notANumber(expression: String) throws {
        guard case .real(let number) = try value(expression) else {
            Issue.record("not a real")
            return
        }
        #expect(number.isNaN)
    }

    @Test(arguments: ["ARRAY[1]", "'{}'::json", "'1 day'::interval", "'18446744073709551615'::xid8", "point(1,2)"])
    func aTypeWithoutConversionNamesItsColumn(expression: String) throws {
        let error = #expect(throws: SQLError.self) { try value("\(expression) AS marital_status") }
        #expect(error?.kind == .schema)
        #expect(error?.message.contains("\"marital_status\"") == true)
        #expect(error?.message.contains("cast it to text in the mapping") == true)
    }

    /// A database in SQL_ASCII checks nothing, so it may hold any bytes as text.
    @Test func invalidTextIsRepaired() throws {
        let server = try SQLTestServers.shared(.postgresql)
        try server.run("DROP DATABASE IF EXISTS bytes", database: "postgres")
        try server.run(
            "CREATE DATABASE bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
            database: "postgres")
        let connection = try server.engine.connect(server.address(user: "vigil_reader", database: "bytes"))
        // Sent as it is only to a client that asks for the database's own encoding.
        try connection.query("SET client_encoding = 'SQL_ASCII'", []) { _ in }
        #expect(
            try connection.all("SELECT convert_from('\\x61ff62', 'SQL_ASCII')") == [[.text("a\u{FFFD}b")]])
    }
}
