import Foundation

/// The table of `vigil bench`: median, range, rows a second, ratio, resident memory; or the same as JSON.
final class BenchTable {
    /// A row's median, for the ratios of other rows.
    struct Result {
        var median: Double
    }

    enum Unit: String, Encodable {
        case milliseconds = "ms"
        case megabytes = "MB"
        case perMinute = "/min"
    }

    private struct Row: Encodable {
        var sessions: Int
        var measurement: String
        var unit: Unit
        var median: Double
        var least: Double
        var most: Double
        var runs: Int
        var rowsPerSecond: Int?
        var timesStep: Double?
        var peakMegabytes: Double?

        enum CodingKeys: String, CodingKey {
            case sessions, measurement, unit, median, least, most, runs
            case rowsPerSecond = "rows_per_second"
            case timesStep = "times_step"
            case peakMegabytes = "peak_mb"
        }
    }

    private let isJSON: Bool
    private var rows: [Row] = []

    init(isJSON: Bool) {
        self.isJSON = isJSON
        if !isJSON {
            Output.line(
                "sessions   measurement                      median       (least - most)          rows/s   x step   peak MB"
            )
        }
    }

    /// Times of the same work, and the memory at its peak since `resetPeak`.
    /// - Parameters:
    ///   - rows: sessions read in that time, for a rate; nil for none.
    ///   - other: the row that this one is a multiple of.
    @discardableResult
    func row(
        _ sessions: Int, _ name: String, _ times: [Duration], rows: Int? = nil, against other: Result? = nil
    ) -> Result {
        row(
            sessions, name, times.map { $0 / .milliseconds(1) }, .milliseconds, rows: rows, against: other,
            peak: Self.peakMegabytes())
    }

    @discardableResult
    func row(
        _ sessions: Int, _ name: String, _ values: [Double], _ unit: Unit, rows: Int? = nil,
        against other: Result? = nil, peak: Double? = nil
    ) -> Result {
        let sorted = values.sorted()
        let median = sorted[sorted.count / 2]
        let row = Row(
            sessions: sessions, measurement: name, unit: unit, median: median, least: sorted[0],
            most: sorted[sorted.count - 1], runs: sorted.count,
            rowsPerSecond: rows.map { Int(Double($0) / (median / 1_000)) },
            timesStep: other.map { median / $0.median }, peakMegabytes: peak)
        self.rows.append(row)
        if !isJSON { Output.line(Self.line(row)) }
        return Result(median: median)
    }

    /// Ends the JSON; the table has been printed row by row.
    func finish() throws {
        guard isJSON else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        Output.line(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }

    // MARK: Memory

    /// Starts the kernel's high-water mark of resident memory anew (proc(5), clear_refs).
    static func resetPeak() {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    static func peakMegabytes(of process: String = "self") -> Double {
        megabytes(of: process, "VmHWM:")
    }

    static func residentMegabytes(of process: String) -> Double {
        megabytes(of: process, "VmRSS:")
    }

    private static func megabytes(of process: String, _ field: String) -> Double {
        Double(ProcessStatus.number(of: process, field)) / 1_024
    }

    // MARK: Text

    private static func line(_ row: Row) -> String {
        let range = "(\(number(row.least)) - \(number(row.most)))"
        return left(String(row.sessions), 11) + left(row.measurement, 31)
            + right("\(number(row.median)) \(left(row.unit.rawValue, 4))", 14) + "  " + left(range, 20)
            + right(row.rowsPerSecond.map(String.init) ?? "-", 10) + right(row.timesStep.map(number) ?? "-", 9)
            + right(row.peakMegabytes.map(number) ?? "-", 10)
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

/// A number of /proc/PID/status, or of all threads together.
enum ProcessStatus {
    static func number(of process: String, _ field: String) -> Int {
        number("/proc/\(process)/status", field)
    }

    /// Voluntary context switches of all threads in so many seconds: each is a thread that had gone to sleep and was woken.
    ///
    /// Looked at each second: what a thread counted before it ended is otherwise lost with it.
    static func wakeUps(of process: String, in seconds: UInt32) -> Int {
        var held = switches(of: process)
        var sum = 0
        for _ in 0..<seconds {
            sleep(1)
            let now = switches(of: process)
            for (thread, count) in now { sum += count - (held[thread] ?? 0) }
            held = now
        }
        return sum
    }

    private static func switches(of process: String) -> [String: Int] {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let counts = threads.map { ($0, number("\(folder)/\($0)/status", "voluntary_ctxt_switches:")) }
        return Dictionary(counts, uniquingKeysWith: { first, _ in first })
    }

    private static func number(_ path: String, _ field: String) -> Int {
        let status = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first ?? 0
    }
}
