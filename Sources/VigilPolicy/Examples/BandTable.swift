import VigilCore

/// What a list of `bands`, or the window of a floor, says about every value and age that can be: two texts that say the same of
/// all of them are the same rule.
struct BandTable {
    private struct Row {
        var values: ClosedRange<Int>
        var days: ClosedRange<Int>
        var points: Int
    }

    private var rows: [Row] = []
    private let dayFrom: Int

    /// - Parameter dayFrom: the smallest age that the rule looks at; the day of the session itself scores nearly nowhere.
    init(_ bands: [ConfigNode], dayFrom: Int) {
        self.dayFrom = dayFrom
        for band in bands {
            guard case .map(let entries) = band.content else { continue }
            var row = Row(values: 0...0, days: dayFrom...Int.max, points: 1)
            for entry in entries {
                guard case .scalar(let text, _) = entry.value.content else { continue }
                if entry.key == "points" { row.points = Int(text) ?? 0 }
                guard let range = Self.range(text) else { continue }
                if entry.key == "days" { row.days = range }
                if let possible = Self.possible[entry.key] {
                    // A range that holds nothing possible holds nothing.
                    row.values = range.overlaps(possible) ? range.clamped(to: possible) : -1...(-1)
                }
            }
            rows.append(row)
        }
    }

    /// Values outside these are refused before any rule sees them.
    private static let possible = [
        "level": Screen.ideationRange, "answer": Screen.item9Range, "half_misses": 1...1_000,
    ]

    static func range(_ text: String) -> ClosedRange<Int>? {
        if text.hasSuffix("+") { return Int(text.dropLast()).map { $0...Int.max } }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let low = parts.first ?? nil, let high = parts.last ?? nil, parts.count <= 2, low <= high else {
            return nil
        }
        return low...high
    }

    private func points(_ value: Int, _ day: Int) -> Int {
        rows.filter { $0.values.contains(value) && $0.days.contains(day) }.map(\.points).max() ?? 0
    }

    private var edges: (values: Set<Int>, days: Set<Int>) {
        var values: Set<Int> = [0]
        var days: Set<Int> = [dayFrom]
        for row in rows {
            for edge in [row.values.lowerBound, row.values.upperBound] where edge >= 0 && edge < 10_000 {
                values.formUnion([max(0, edge - 1), edge, edge + 1])
            }
            for edge in [row.days.lowerBound, row.days.upperBound] where edge < Int.max {
                days.formUnion([edge - 1, edge, edge + 1].filter { $0 >= dayFrom })
            }
        }
        return (values, days)
    }

    /// Whether both give every value at every age the same points.
    func saysTheSame(as other: BandTable) -> Bool {
        let values = edges.values.union(other.edges.values)
        let days = edges.days.union(other.edges.days)
        return values.allSatisfy { value in days.allSatisfy { points(value, $0) == other.points(value, $0) } }
    }

    /// Whether it gives points to anything at all.
    var isEmpty: Bool { edges.values.allSatisfy { value in edges.days.allSatisfy { points(value, $0) == 0 } } }
}
