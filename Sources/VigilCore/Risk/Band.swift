/// One row of a factor's table in the policy: a value and an age give points.
///
/// `{level: 4-5, days: 1-30, points: 6, basis: "…"}`. Days are whole calendar days before the missed session; `91+` has no end.
package struct Band: Sendable, Hashable {
    package var values: ClosedRange<Int>
    package var days: ClosedRange<Int>
    package var points: Int
    package var basis: String

    package init(values: ClosedRange<Int>, days: ClosedRange<Int>, points: Int, basis: String) {
        self.values = values
        self.days = days
        self.points = points
        self.basis = basis
    }
}

extension [Band] {
    /// The row with most points that covers `value` at `age` days.
    package func row(value: Int = 0, age: Int) -> Band? {
        // By position: a copy of each row would count the references of its citation.
        var best: Int?
        for index in indices where self[index].values.contains(value) && self[index].days.contains(age) {
            if best.map({ self[$0].points < self[index].points }) ?? true { best = index }
        }
        return best.map { self[$0] }
    }
}

extension ConfigReader {
    /// The `bands` list of a factor; `value` names the column that a value is matched against, if there is one.
    package func bands(value column: String? = nil) -> [Band] {
        sections("bands").map { row in
            let band = Band(
                values: column.map { row.range($0) } ?? 0...0, days: row.range("days"),
                points: row.integer("points", in: 0...6), basis: row.text("basis"))
            row.refuseUnknownKeys()
            return band
        }
    }

    /// A range such as `3`, `4-5`, `91+`.
    package func range(_ key: String) -> ClosedRange<Int> {
        guard let node = node(key) else {
            issue("\(name(key)) is missing")
            return 0...0
        }
        guard case .scalar(let text, _) = node.content, let range = Self.range(text) else {
            issue("\(name(key)) must be a range such as 3, 4-5 or 91+", at: node.place)
            return 0...0
        }
        return range
    }

    private static func range(_ text: String) -> ClosedRange<Int>? {
        if text.hasSuffix("+") { return Int(text.dropLast()).flatMap { $0 >= 0 ? $0...Int.max : nil } }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let low = parts.first.flatMap({ Int($0) }), let high = parts.last.flatMap({ Int($0) }), parts.count <= 2,
            low >= 0, low <= high
        else { return nil }
        return low...high
    }
}
