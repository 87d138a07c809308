import Foundation

/// Lines that a person who reads the test's output must not miss.
enum LoudLine {
    /// Says that a test does not run here, and why.
    /// - Returns: false, for `.enabled(if:)`.
    static func skipped(_ reason: String) -> Bool {
        write("SKIPPED: \(reason)")
        return false
    }

    /// A figure that the test measured, or the seed that it used.
    static func figure(_ text: String) {
        write(text)
    }

    private static func write(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
