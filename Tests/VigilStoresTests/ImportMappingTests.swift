import Testing
import VigilCore
import VigilStores
import VigilTestKit

@Suite("Mapping of an import")
struct ImportMappingTests {
    private func issues(_ yaml: String) throws -> [String] {
        let reader = try ConfigReader.yaml(yaml)
        _ = ImportMapping(reading: reader)
        return reader.issues.map { "\($0.place.line): \($0.message)" }
    }

    private func issues(replacing text: String, with other: String) throws -> [String] {
        #expect(ImportBench.mapping.contains(text))
        return try issues(ImportBench.mapping.replacing(text, with: other))
    }

    @Test("the shipped mappings have no issues", arguments: ["kaggle.yaml", "example-export.yaml"])
    func shipped(name: String) throws {
        #expect(try issues(try ImportBench.shipped(name)) == [])
    }

    @Test(
        "what is wrong is named, with its line",
        arguments: [
            ("session_id: ID", "sesion_id: ID", "4: unknown key 'sesion_id' in columns; did you mean 'session_id'?"),
            ("America/New_York", "New York", "2: zone is not the name of a time zone; write it like America/New_York"),
            ("client_id: Client\n", "kind: K\n", "4: columns.client_id is missing"),
            ("client_id: Client\n", "client_id: {a: b}\n", "5: columns.client_id must be the name of a column"),
            ("HH:mm}", "hh:mm}", "6: columns.starts_at.format: hh or h goes together with a (AM or PM)"),
            (
                "{column: Start, format: yyyy-MM-dd HH:mm}", "Start",
                "6: columns.starts_at must say the column and the format"
            ),
            ("Came: attended", "Came: atended", "9: columns.status.values.Came must be one of"),
            ("vigil-import/1", "vigil-import/2", "1: schema must be vigil-import/1"),
            ("zone:", "delimiter: colon\nzone:", "2: delimiter must be one of comma, semicolon, tab, pipe"),
            ("columns:", "defaults: {duration_minutes: 0}\ncolumns:", "3: defaults.duration_minutes is 0"),
            ("columns:", "client: {nam: N}\ncolumns:", "3: unknown key 'nam' in client; did you mean 'name'?"),
            ("columns:", "client: {age: {column: A, on: today}}\ncolumns:", "3: client.age.on must be the day"),
            (
                "columns:", "client: {safe_to_call: {column: A, values: {x: maybe}}}\ncolumns:",
                "3: client.safe_to_call.values.x"
            ),
        ])
    func faults(text: String, other: String, expected: String) throws {
        let found = try issues(replacing: text, with: other)
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test("a file without a status needs a default, and one with a default needs no column")
    func statusDefault() throws {
        let without =
            "schema: vigil-import/1\nzone: UTC\ncolumns:\n  client_id: C\n  starts_at: {column: S, format: epoch}\n"
        #expect(try issues(without).contains { $0.contains("columns.status is missing") })
        #expect(try issues(without + "defaults: {status: scheduled}\n") == [])
    }
}
