import Foundation
import Testing
import VigilCore
import VigilStores

@Suite("CSV reader")
struct ImportCSVReaderTests {
    private let bench: ImportBench

    init() throws {
        bench = try ImportBench()
    }

    /// Each item as a line: `1: a|b`, or `1-3: fault`.
    private func read(_ bytes: some Sequence<UInt8>, delimiter: String = ",") throws -> [String] {
        let reader = try CSVReader(
            path: try bench.write(bytes, to: "file.csv"), delimiter: delimiter.utf8.first ?? UInt8(ascii: ","))
        var items: [String] = []
        while let item = try reader.next() {
            switch item {
            case .record(let record):
                let fields = (0..<record.count).map { record.text($0) }
                items.append(
                    "\(record.line): " + fields.map { $0.isRepaired ? "~\($0.text)" : $0.text }.joined(separator: "|"))
            case .fault(let fault, let line, let lastLine): items.append("\(line)-\(lastLine): \(fault)")
            }
        }
        return items
    }

    private func read(_ text: String, delimiter: String = ",") throws -> [String] {
        try read(text.utf8, delimiter: delimiter)
    }

    @Test("line ends LF, CRLF and CR, with and without one at the end", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        #expect(try read("a,b\(end)c,d") == ["1: a|b", "2: c|d"])
        #expect(try read("a,b\(end)c,d\(end)") == ["1: a|b", "2: c|d"])
        #expect(try read("a,b\(end)\(end)c,\(end)") == ["1: a|b", "3: c|"])
        #expect(try read("\"x\(end)y\",b\(end)c,d") == ["1: x\(end)y|b", "3: c|d"])
    }

    @Test("quotes: delimiters, doubled quotes, empty fields, a quote inside an unquoted field")
    func quotes() throws {
        #expect(try read(#""a,b","c""d","","#) == [#"1: a,b|c"d||"#])
        #expect(try read(#"a"b,c"#) == [#"1: a"b|c"#])
        #expect(try read("\"\"") == ["1: "])
        #expect(try read("\"\"\"\"\n") == ["1: \""])
        #expect(try read("") == [])
        #expect(try read("\n\r\n\r") == [])
    }

    @Test("byte-order mark, other delimiters, trailing delimiter")
    func dialects() throws {
        #expect(try read([0xEF, 0xBB, 0xBF] + Array("a,b".utf8)) == ["1: a|b"])
        #expect(try read("a;b,c", delimiter: ";") == ["1: a|b,c"])
        #expect(try read("a\tb", delimiter: "\t") == ["1: a|b"])
        #expect(try read("a,b,\nc") == ["1: a|b|", "2: c"])
    }

    @Test("text after a closing quote and a quote never closed are faults, and what follows is read")
    func faults() throws {
        #expect(try read("a,\"b\"c\nd,e") == ["1-1: textAfterQuote", "2: d|e"])
        #expect(try read("\"x\ny\"z,1\r\nd,e") == ["1-2: textAfterQuote", "3: d|e"])
        #expect(try read("a,b\nc,\"d\ne,f\n") == ["1: a|b", "2-4: unterminatedQuote"])
        #expect(try read("a,\"") == ["1-1: unterminatedQuote"])
    }

    @Test("invalid UTF-8 and NUL bytes are repaired and marked")
    func repairs() throws {
        #expect(try read([0x61, 0xE9, 0x2C, 0x62]) == ["1: ~a\u{FFFD}|b"])
        #expect(try read([0x61, 0x00, 0x2C, 0x62]) == ["1: ~a\u{FFFD}|b"])
        #expect(try read("S\u{E3}o,\u{1F33B}") == ["1: S\u{E3}o|\u{1F33B}"])
    }

    @Test("a record over 1 MiB is refused, one of 1 MiB less a little is read, and the next row is read")
    func longRecords() throws {
        let long = String(repeating: "x", count: CSVReader.maxRecordBytes)
        let fitting = String(repeating: "y", count: CSVReader.maxRecordBytes - 2)
        let items = try read("\(long),b\n\(fitting),\nc,d")
        #expect(items.count == 3)
        #expect(items.first == "1-1: tooLong")
        #expect(items[1].utf8.count == fitting.utf8.count + 4)
        #expect(items.last == "3: c|d")
        let delimiters = String(repeating: ",", count: CSVReader.maxRecordBytes + 5)
        #expect(try read("\(delimiters)\nc,d") == ["1-1: tooLong", "2: c|d"])
        #expect(try read("\"\(long)\n\",b\nc,d") == ["1-2: tooLong", "3: c|d"])
    }

    @Test(
        "files that are not CSV are refused with what they are",
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"), ([0x50, 0x4B, 0x03, 0x04], "ZIP"), ([0x1F, 0x8B, 8, 0], "gzip"),
            ([0xD0, 0xCF, 0x11, 0xE0], "Excel"),
        ] as [([UInt8], String)])
    func otherFiles(bytes: [UInt8], word: String) throws {
        let error = operationError { _ = try read(bytes) }
        #expect(error?.kind == .badData)
        #expect(error?.cause.contains(word) == true)
    }

    @Test("a missing file and a folder give an OperationError")
    func unreadable() throws {
        #expect(operationError { _ = try CSVReader(path: bench.path("none.csv")) }?.kind == .unavailable)
        #expect(operationError { _ = try CSVReader(path: bench.folder.path) }?.kind == .badData)
    }

    @Test("what is written as CSV is read back, with the line of each record")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        FileHandle.standardError.write(Data("CSV round trip: seed \(seed)\n".utf8))
        var random = SeededRandom(seed: seed)
        for round in 0..<60 {
            let columns = Int.random(in: 2...6, using: &random)
            let delimiter = [",", ";", "\t", "|"].randomElement(using: &random) ?? ","
            let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
            var text = Int.random(in: 0..<4, using: &random) == 0 ? "\u{FEFF}" : ""
            var expected: [String] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let fields = (0..<columns).map { _ in Self.field(&random) }
                expected.append("\(1 + Self.lineEnds(text)): \(fields.joined(separator: "|"))")
                text += fields.map { Self.written($0, delimiter, &random) }.joined(separator: delimiter) + end
            }
            let items = try read(text, delimiter: delimiter)
            // Compared outside of the macro, which would print every field.
            let isSame = items == expected
            #expect(isSame, "seed \(seed), round \(round)")
        }
    }

    private static func field(_ random: inout SeededRandom) -> String {
        // Now and then longer than a chunk of the reader, so that every state meets a chunk's end.
        let isLong = Int.random(in: 0..<40, using: &random) == 0
        let length = isLong ? Int.random(in: 60_000...70_000, using: &random) : Int.random(in: 0...12, using: &random)
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "0", ",", ";", "|", "\t", "\"", "\n", "\r", " ", "=", "é", "漢", "🌻",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<length { scalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)]) }
        return String(scalars)
    }

    private static func written(_ field: String, _ delimiter: String, _ random: inout SeededRandom) -> String {
        let special = field.unicodeScalars.contains { "\"\r\n".unicodeScalars.contains($0) || String($0) == delimiter }
        guard special || Bool.random(using: &random) else { return field }
        var quoted = "\""
        for scalar in field.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
        return quoted + "\""
    }

    /// CRLF counts as one.
    private static func lineEnds(_ text: String) -> Int {
        var count = 0
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == 13 || (byte == 10 && previous != 13) { count += 1 }
            previous = byte
        }
        return count
    }
}
