import Foundation
package import VigilCore

/// Spoils a well-formed text in the ways that break readers: bytes, tokens, lines and lengths. The same seed spoils alike.
package struct Mangler {
    package var random: SeededRandom
    private let tokens: [[UInt8]]

    /// What breaks many readers; a test adds the words of its own format.
    private static let common = [
        "", "\0", "\n", "\r\n", "\t", "\u{FEFF}", "\u{202E}", "\u{1B}[31m", "'", "\"", "\"\"", "`", "\\", "%s%n",
        "{{x}}",
        "=1+1", "<script>", "-1", "0", "00", "9223372036854775808", "-9223372036854775808", "1e999", "NaN", "null",
        "true", "~",
        "2026-02-30", "128:00:00", "9377952927E-5", "e\u{301}", "💥", String(repeating: "9", count: 400),
    ]

    package init(seed: UInt64, tokens: [String] = []) {
        random = SeededRandom(seed: seed)
        self.tokens =
            (Self.common + tokens).map { Array($0.utf8) } + [[0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80]]
    }

    /// A seed that is printed, so that a run can be repeated with `VIGIL_TEST_SEED`; fixed nowhere, so that each run tries others.
    package static func announcedSeed(_ test: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["VIGIL_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1_000_000)
        FileHandle.standardError.write(Data("\(test): VIGIL_TEST_SEED=\(seed)\n".utf8))
        return seed
    }

    /// How long a fuzz test runs: a few seconds in each run of the tests, longer in `deploy/test --long`.
    package static var duration: Duration {
        .seconds(ProcessInfo.processInfo.environment["VIGIL_TEST_FUZZ_SECONDS"].flatMap { Int($0) } ?? 8)
    }

    /// Calls `body` with a spoilt text again and again until the time is over.
    /// - Returns: how many texts were tried.
    package mutating func fuzz(_ texts: [String], _ body: ([UInt8]) throws -> Void) rethrows -> Int {
        let end = ContinuousClock.now + Self.duration
        var tried = 0
        while ContinuousClock.now < end {
            try body(mangle(Array(texts[tried % texts.count].utf8)))
            tried += 1
        }
        return tried
    }

    /// One to eight changes.
    package mutating func mangle(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 << pick(4)) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = pick(bytes.count + 1)
        let length = min(bytes.count - place, 1 << pick(7))
        switch pick(9) {
        case 0 where place < bytes.count: bytes[place] ^= UInt8(1 << pick(8))
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: pick(bytes.count + 1))
        case 3: bytes.removeSubrange(place...)
        case 4: moveLine(&bytes)
        case 5: replaceWord(&bytes, near: place)
        default: bytes.insert(contentsOf: tokens[pick(tokens.count)], at: place)
        }
    }

    /// A line is put elsewhere, or doubled.
    private mutating func moveLine(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines[pick(lines.count)]
        if pick(2) == 0 { lines.remove(at: pick(lines.count)) }
        lines.insert(line, at: pick(lines.count + 1))
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// A word is replaced whole, so that the text around it stays well-formed.
    private mutating func replaceWord(_ bytes: inout [UInt8], near place: Int) {
        func isWord(_ byte: UInt8) -> Bool { byte > 0x2F && byte != UInt8(ascii: ":") && byte < 0x7F }
        guard let start = bytes[place...].firstIndex(where: isWord) else { return }
        let end = bytes[start...].firstIndex { !isWord($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: tokens[pick(tokens.count)])
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }
}
