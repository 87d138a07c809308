/// A HumanName as one line.
enum FHIRName {
    /// The official one, else the usual one, else the first; nil where there is none.
    static func text(of resource: FHIRElement) -> String? {
        let names = resource.list("name").filter { $0.text("use") != "old" }
        let order = ["official", "usual"]
        let best =
            order.compactMap { use in names.first { $0.text("use") == use } }.first
            ?? names.first { $0.text("use") != "maiden" } ?? names.first
        guard let best else { return nil }
        let parts = best.list("given").compactMap(\.text) + best.list("family").compactMap(\.text)
        return parts.isEmpty ? best.text("text").map(plain) : plain(parts.joined(separator: " "))
    }

    /// Without line ends and other controls, which could forge a line wherever it is shown; 200 characters at most.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(200).map {
                    switch $0.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: $0
                    }
                }))
    }
}
