import VigilCore

/// Charts as inline SVG: readable without colour, each with a title, a description and a label at every bar.
///
/// Tiers are told apart by patterns and words; the numbers stand in a table beside each chart.
struct SimulationChart {
    /// Unique in the page; the ids of title and description are made of it.
    let id: String
    let title: String
    let description: String

    private static let width = 720
    private static let rowHeight = 30

    /// What marks a tier: fills of the patterns that `definitions` makes.
    static func fill(_ tier: Tier) -> String {
        switch tier {
        case .now: "url(#p-now)"
        case .today: "url(#p-today)"
        case .next: "url(#p-next)"
        case .routine: "url(#p-routine)"
        }
    }

    /// The patterns, once in a page.
    static let definitions = """
        <svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
        <pattern id="p-now" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="ink"/></pattern>
        <pattern id="p-today" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="paper"/><rect width="4" height="8" class="ink"/></pattern>
        <pattern id="p-next" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="paper"/><circle cx="4" cy="4" r="2" class="ink"/></pattern>
        <pattern id="p-routine" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="paper"/></pattern>
        </defs></svg>
        """

    struct Bar {
        var label: String
        var value: Int
        var words: String
        var fill: String
    }

    private func frame(height: Int, _ body: String) -> String {
        """
        <svg class="chart" role="img" aria-labelledby="\(id)-t \(id)-d" viewBox="0 0 \(Self.width) \(height)">
        <title id="\(id)-t">\(HTMLText.escaped(title))</title><desc id="\(id)-d">\(HTMLText.escaped(description))</desc>
        \(body)
        </svg>
        """
    }

    // MARK: Bars beside each other

    func bars(_ bars: [Bar]) -> String {
        let left = 230
        let room = Self.width - left - 150
        let most = max(1, bars.map(\.value).max() ?? 1)
        var body = ""
        for (index, bar) in bars.enumerated() {
            let y = index * Self.rowHeight + 4
            let length = bar.value * room / most
            body += """
                <text x="\(left - 10)" y="\(y + 16)" text-anchor="end">\(HTMLText.escaped(bar.label))</text>\
                <rect x="\(left)" y="\(y)" width="\(max(length, bar.value > 0 ? 2 : 0))" height="22" fill="\(bar.fill)" class="edge"/>\
                <text x="\(left + length + 8)" y="\(y + 16)">\(HTMLText.escaped(bar.words))</text>

                """
        }
        return frame(height: bars.count * Self.rowHeight + 8, body)
    }

    // MARK: Weeks

    struct Week {
        var label: String
        /// From the bottom up, in the order of `order`.
        var counts: [Int]
    }

    /// Columns of weeks, one tier over the other.
    func weeks(_ weeks: [Week], order: [Tier]) -> String {
        let (left, top, height) = (50, 40, 220)
        let most = max(1, weeks.map { $0.counts.reduce(0, +) }.max() ?? 1)
        let step = max(1, (Self.width - left - 10) / max(1, weeks.count))
        var body = ""
        for (index, tier) in order.enumerated() {
            let x = left + index * 150
            body += """
                <rect x="\(x)" y="8" width="22" height="16" fill="\(Self.fill(tier))" class="edge"/>\
                <text x="\(x + 28)" y="21">\(tier.rawValue)</text>

                """
        }
        for line in 0...2 {
            let y = top + height - height * line / 2
            body += """
                <line x1="\(left)" x2="\(Self.width - 4)" y1="\(y)" y2="\(y)" class="grid"/>\
                <text x="\(left - 8)" y="\(y + 5)" text-anchor="end">\(most * line / 2)</text>

                """
        }
        let every = max(1, weeks.count / 6)
        for (index, week) in weeks.enumerated() {
            let x = left + index * step
            var below = 0
            for (tier, count) in zip(order, week.counts) where count > 0 {
                let (from, to) = (height * below / most, height * (below + count) / most)
                below += count
                body += """
                    <rect x="\(x + 1)" y="\(top + height - to)" width="\(max(2, step - 2))" height="\(max(1, to - from))" fill="\(Self.fill(tier))" class="edge"/>

                    """
            }
            if index % every == 0 {
                body += "<text x=\"\(x)\" y=\"\(top + height + 20)\">\(HTMLText.escaped(week.label))</text>\n"
            }
        }
        return frame(height: top + height + 30, body)
    }
}

/// Text for a page.
enum HTMLText {
    /// By scalars: a quotation mark with a combining accent is one character and still ends an attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar.value < 32 ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }
}
