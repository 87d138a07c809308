import Foundation
import Logging
import Testing
import VigilCore
import VigilSystemd

@Suite struct JournalLogHandlerTests {
    private struct Leaky: Error { let name = "Robin Example" }

    /// What a logger writes while `body` runs.
    private func written(_ body: (Logger) -> Void) throws -> String {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        body(Logger(label: "test") { _ in JournalLogHandler(output: output) })
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test func priorities() throws {
        let text = try written { logger in
            var logger = logger
            logger.logLevel = .trace
            for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
        }
        #expect(text == "<7>trace\n<7>debug\n<6>info\n<5>notice\n<4>warning\n<3>error\n<3>critical\n")
    }

    @Test func onlyValuesMarkedPublic() throws {
        let text = try written { logger in
            var logger = logger
            logger[metadataKey: "path"] = "/f/secret"
            logger[metadataKey: "poll"] = .public(7)
            logger.info(
                "read", metadata: ["name": "Robin Example", "rows": .public(12), "list": ["Robin Example"]])
        }
        #expect(text == "<6>read poll=7 rows=12\n")
    }

    @Test func errorsSayOnlyWhatTheyMay() throws {
        let known = OperationError(
            .unavailable, operation: "read", subject: "the store", cause: "it is locked", remedy: "wait", retry: true)
        let text = try written { logger in
            logger.error("poll", error: known)
            logger.error("poll", error: Leaky())
        }
        #expect(text.contains("<3>poll error=\(known.description)\n"))
        #expect(text.contains("Leaky"))
        #expect(!text.contains("Robin"))
    }

    @Test func aRecordIsOneLine() throws {
        let text = try written { logger in
            logger.info(
                "a\n<0>forged\r\u{1B}[2J\u{0}\u{202E}\u{200B}\u{2028}é", metadata: ["x": .public("b\nc")])
        }
        #expect(
            text
                == "<6>a\\u{a}<0>forged\\u{d}\\u{1b}[2J\\u{0}\\u{202e}\\u{200b}\\u{2028}é x=b\\u{a}c\n")
    }

    @Test func aRecordIsBounded() throws {
        let text = try written { $0.info("\(String(repeating: "é", count: 100_000))") }
        #expect(text.utf8.count <= 4_096)
        #expect(text.utf8.count > 4_000)
        #expect(text.hasSuffix("é\n"))
    }

    /// I22: a reader that does not read costs lines, not time.
    @Test(.timeLimit(.minutes(10))) func aFullPipeIsNotWaitedFor() {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let logger = Logger(label: "test") { _ in JournalLogHandler(output: output) }
        for _ in 0..<1_000 { logger.info("\(String(repeating: "x", count: 4_000))") }
        #expect(output.dropped > 900)
        #expect(output.dropped < 1_000)
    }
}
