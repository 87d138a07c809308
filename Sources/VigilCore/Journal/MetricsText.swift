/// Measurements for Prometheus, in its text format 0.0.4 and in OpenMetrics 1.0.
///
/// What may stand here is what a type has room for: a fixed name, labels out of fixed sets, a number. No label is a person, a
/// client, a channel or a store (I20).
package struct MetricsText: Sendable {
    package enum Format: Sendable, Hashable {
        case prometheus, openMetrics

        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }

        /// By the Accept header of a request.
        package init(accept: String?) {
            self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
        }
    }

    package enum Kind: String, Sendable {
        case gauge, counter
    }

    /// One family of samples. A counter's name ends in `_total` in both formats, and its family's in OpenMetrics does not.
    package struct Family: Sendable {
        var name: StaticString
        var kind: Kind
        var help: StaticString
        var label: StaticString?
        /// Label value and number; without a label one sample.
        var samples: [(label: String, value: Double)]

        package init(_ name: StaticString, _ kind: Kind, _ help: StaticString, _ value: Double) {
            self.name = name
            self.kind = kind
            self.help = help
            samples = [("", value)]
        }

        /// - Parameter cases: one sample for each case of a fixed set.
        package init<Label: CaseIterable & RawRepresentable>(
            _ name: StaticString, _ kind: Kind, _ help: StaticString, by label: StaticString, _ type: Label.Type,
            _ value: (Label) -> Double
        ) where Label.RawValue == String {
            self.name = name
            self.kind = kind
            self.help = help
            self.label = label
            samples = Label.allCases.map { ($0.rawValue, value($0)) }
        }
    }

    package static func text(_ families: [Family], _ format: Format) -> String {
        var lines: [String] = []
        for family in families {
            let sample = "\(family.name)\(family.kind == .counter ? "_total" : "")"
            let name = format == .openMetrics ? "\(family.name)" : sample
            lines += ["# HELP \(name) \(family.help)", "# TYPE \(name) \(family.kind.rawValue)"]
            for (value, number) in family.samples {
                let label = family.label.map { "{\($0)=\"\(value)\"}" } ?? ""
                lines.append("\(sample)\(label) \(words(number))")
            }
        }
        if format == .openMetrics { lines.append("# EOF") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func words(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }
}
