import Testing
import VigilSQL
import VigilTestKit

@Suite(.enabled(if: MariaDBServer.isUsable)) struct MariaDBValueTests {
    private static let expected: [(type: String, literal: String, value: SQLValue)] = [
        ("INT", "NULL", .null), ("VARCHAR(9)", "NULL", .null), ("DATETIME", "NULL", .null),
        ("BOOLEAN", "TRUE", .integer(1)), ("TINYINT", "-128", .integer(-128)),
        ("TINYINT UNSIGNED", "255", .integer(255)), ("SMALLINT", "-32768", .integer(-32_768)),
        ("MEDIUMINT", "-8388608", .integer(-8_388_608)), ("INT", "-2147483648", .integer(-2_147_483_648)),
        ("INT UNSIGNED", "4294967295", .integer(4_294_967_295)),
        ("BIGINT", "-9223372036854775808", .integer(Int64.min)), ("BIGINT", "9223372036854775807", .integer(Int64.max)),
        ("BIGINT UNSIGNED", "9223372036854775807", .integer(Int64.max)),
        ("YEAR", "2026", .integer(2026)), ("BIT(1)", "1", .integer(1)), ("BIT(12)", "b'100000000001'", .integer(2_049)),
        ("FLOAT", "1.5", .real(1.5)), ("FLOAT", "3", .integer(3)), ("DOUBLE", "-2.25", .real(-2.25)),
        ("DOUBLE", "12", .integer(12)), ("DOUBLE", "1e300", .real(1e300)),
        ("DECIMAL(10,2)", "12.00", .integer(12)), ("DECIMAL(10,2)", "-12.50", .real(-12.5)),
        ("DECIMAL(30,0)", "-9223372036854775808", .integer(Int64.min)),
        ("DECIMAL(30,0)", "9223372036854775808", .real(9_223_372_036_854_775_808)),
        ("DATE", "'2024-02-29'", .text("2024-02-29")), ("DATE", "'0000-00-00'", .text("0000-00-00")),
        ("DATE", "'9999-12-31'", .text("9999-12-31")),
        ("DATETIME", "'2026-07-01 23:59:59'", .text("2026-07-01 23:59:59")),
        ("DATETIME(3)", "'2026-07-01 23:59:59.999'", .text("2026-07-01 23:59:59")),
        ("DATETIME", "'2026-07-01'", .text("2026-07-01 00:00:00")),
        ("DATETIME", "'0000-00-00 00:00:00'", .text("0000-00-00 00:00:00")),
        ("TIME", "'00:00:00'", .text("00:00:00")), ("TIME", "'09:05:00'", .text("09:05:00")),
        ("TIME", "'128:00:00'", .text("128:00:00")), ("TIME", "'838:59:59'", .text("838:59:59")),
        ("TIME", "'-01:30:00'", .text("-01:30:00")), ("TIME", "'-128:00:01'", .text("-128:00:01")),
        ("CHAR(3)", "'x'", .text("x")), ("VARCHAR(9)", "'ü😀'", .text("ü😀")), ("TEXT", "''", .text("")),
        ("MEDIUMTEXT", "repeat('ab', 1000)", .text(String(repeating: "ab", count: 1_000))),
        ("ENUM('a','b')", "'b'", .text("b")), ("SET('a','b')", "'a,b'", .text("a,b")),
        ("JSON", "'{\"a\":1}'", .text("{\"a\":1}")), ("VARCHAR(9)", "'a\\0b'", .text("a\0b")),
        ("UUID", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", .text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
        ("VARCHAR(300)", "repeat('x', 256)", .text(String(repeating: "x", count: 256))),
        ("VARCHAR(300)", "repeat('x', 257)", .text(String(repeating: "x", count: 257))),
        ("BINARY(2)", "0x00ff", .blob([0, 255])), ("VARBINARY(9)", "''", .blob([])),
        ("BLOB", "repeat(0xff, 300)", .blob([UInt8](repeating: 255, count: 300))),
    ]

    /// In one table, as a column of each type: also what a value leaves behind in the row's memory is seen.
    @Test func everyTypeIsConverted() throws {
        let database = try SQLTestServers.shared(.mariadb).database()
        let columns = Self.expected.enumerated().map { "c\($0.offset) \($0.element.type) NULL" }
        try database.run(
            """
            SET sql_mode = '';
            CREATE TABLE t (\(columns.joined(separator: ", ")));
            INSERT INTO t VALUES (\(Self.expected.map(\.literal).joined(separator: ", ")));
            INSERT INTO t () VALUES ();
            INSERT INTO t SELECT * FROM t LIMIT 1;
            """)
        let rows = try database.connect().all("SELECT * FROM t")
        #expect(rows.count == 3)
        for (place, expected) in Self.expected.enumerated() {
            #expect(rows.first?[place] == expected.value, "\(expected.type) \(expected.literal)")
            #expect(rows.dropFirst().first?[place] == .null)
            #expect(rows.last?[place] == expected.value)
        }
        for (place, expected) in Self.expected.enumerated() {
            #expect(try database.connect().all("SELECT c\(place) FROM t LIMIT 1") == [[expected.value]])
        }
    }

    /// TIMESTAMP is UTC here, whatever the zone of the server and of who wrote it; DATETIME has none.
    @Test func timestampsAreUTC() throws {
        let database = try SQLTestServers.shared(.mariadb).database()
        try database.run(
            """
            SET time_zone = '+05:00';
            CREATE TABLE t (a TIMESTAMP, b DATETIME);
            INSERT INTO t VALUES ('2026-07-01 12:00:00', '2026-07-01 12:00:00');
            """)
        #expect(
            try database.connect().all("SELECT a, b FROM t")
                == [[.text("2026-07-01 07:00:00"), .text("2026-07-01 12:00:00")]])
    }

    @Test(arguments: ["CAST(18446744073709551615 AS UNSIGNED)", "POINT(1, 2)", "b'1' << 63"])
    func aTypeWithoutConversionNamesItsColumn(expression: String) throws {
        let connection = try SQLTestServers.shared(.mariadb).database().connect()
        let error = #expect(throws: SQLError.self) {
            _ = try connection.all("SELECT \(expression) AS marital_status")
        }
        #expect(error?.kind == .schema)
        #expect(error?.message.contains("\"marital_status\"") == true)
        #expect(error?.message.contains("cast it to text in the mapping") == true)
    }

    @Test func expressionsWithoutATable() throws {
        let connection = try SQLTestServers.shared(.mariadb).database().connect()
        #expect(
            try connection.all("SELECT NULL, 'a' || 'b', 'c\\d', 1 = 1, 1.50, 0x61, \"x\" FROM (SELECT 2 AS \"x\") t")
                == [
                    [
                        .null, .text("ab"), .text("c\\d"), .integer(1), .real(1.5), .blob([97]), .integer(2),
                    ]
                ])
    }

    @Test func invalidTextIsRepaired() throws {
        let database = try SQLTestServers.shared(.mariadb).database()
        try database.run("CREATE TABLE t (a VARCHAR(9) CHARACTER SET latin1); INSERT INTO t VALUES (0x61ff62);")
        #expect(try database.connect().all("SELECT a FROM t") == [[.text("aÿb")]])
    }
}
