import Foundation

/// The table of `vigil bench`: medians, range, rows a second, ratio, resident memory.
enum BenchTable {
    struct Result {
        var median: Double
    }

    static let header =
        "sessions   measurement                    median ms   (least - most)        rows/s   x step   peak MB"

    @discardableResult
    static func row(
        _ sessions: Int, _ name: String, _ times: [Duration], rows: Int?, against other: Result?
    ) -> Result {
        let milliseconds = times.map { $0 / .milliseconds(1) }.sorted()
        let median = milliseconds[milliseconds.count / 2]
        let range = "(\(number(milliseconds[0])) - \(number(milliseconds[milliseconds.count - 1])))"
        let rate = rows.map { String(Int(Double($0) / (median / 1_000))) } ?? "-"
        let ratio = other.map { number(median / $0.median) } ?? "-"
        Output.line(
            left(String(sessions), 11) + left(name, 31) + right(number(median), 9) + "   " + left(range, 18)
                + right(rate, 10) + right(ratio, 9) + right(number(peakMegabytes()), 10))
        return Result(median: median)
    }

    /// Starts the kernel's high-water mark of resident memory anew (proc(5), clear_refs).
    static func resetPeak() {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    private static func peakMegabytes() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(separator: " ").compactMap { Double($0) }.first ?? 0
        return kilobytes / 1_024
    }

    private static func number(_ value: Double) -> String {
        value >= 100 ? String(Int(value.rounded())) : String((value * 100).rounded() / 100)
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
