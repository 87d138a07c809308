/// LOINC codes of the screens that vigil reads, and what an answer to them means.
enum ScreenCodes {
    /// Where a code's answer goes.
    enum Place: Hashable {
        case panel
        case total
        case item9
        /// A C-SSRS question, by its level.
        case ideation(Int)
        case behaviour
    }

    struct Meaning: Hashable {
        var instrument: String
        var place: Place
    }

    /// Codes and levels only: the wording of the C-SSRS is not stored.
    static let meanings: [String: Meaning] = [
        "44249-1": Meaning(instrument: "PHQ-9", place: .panel),
        "44260-8": Meaning(instrument: "PHQ-9", place: .item9),
        "44261-6": Meaning(instrument: "PHQ-9", place: .total),
        "93373-9": Meaning(instrument: "C-SSRS-screener", place: .panel),
        "93246-7": Meaning(instrument: "C-SSRS-screener", place: .ideation(1)),
        "93247-5": Meaning(instrument: "C-SSRS-screener", place: .ideation(2)),
        "93248-3": Meaning(instrument: "C-SSRS-screener", place: .ideation(3)),
        "93249-1": Meaning(instrument: "C-SSRS-screener", place: .ideation(4)),
        "93250-9": Meaning(instrument: "C-SSRS-screener", place: .ideation(5)),
        "93269-9": Meaning(instrument: "C-SSRS-screener", place: .behaviour),
        "101698-9": Meaning(instrument: "PCL-5", place: .total),
        "70274-6": Meaning(instrument: "GAD-7", place: .total),
    ]

    static let system = "http://loinc.org"

    static var query: [(name: String, value: String)] {
        [("code", meanings.keys.sorted().map { "\(system)|\($0)" }.joined(separator: ","))]
    }

    static func meaning(of resource: FHIRElement) -> Meaning? {
        resource.codings("code").filter { $0.system == system }.compactMap { meanings[$0.code ?? ""] }.first
    }
}
