import VigilCore

/// What an Observation answers, in whatever form a server gives it.
enum ScreenAnswer: Hashable {
    case none
    case number(Int64)
    case yes
    case no
    /// Handed over as it is, so that the store asks about it; never somebody's own words.
    case unreadable(SourceValue)

    init(_ element: FHIRElement) {
        if let number = element["valueInteger"]?.number ?? element["valueQuantity"]?["value"]?.number {
            self = Int64(exactly: number).map(ScreenAnswer.number) ?? .unreadable(.real(number))
        } else if let flag = element["valueBoolean"]?.flag {
            self = flag ? .yes : .no
        } else if let concept = element["valueCodeableConcept"] {
            self = Self.coded(concept)
        } else if let text = element.text("valueString") {
            // A number in the form of a text is the clinic's to correct.
            let isShort = text.utf8.count <= 12 && text.utf8.allSatisfy { (0x2B...0x39).contains($0) }
            self = .unreadable(.text(isShort ? text : "text"))
        } else if element.object?.keys.contains(where: { $0.hasPrefix("value") }) ?? false {
            self = .unreadable(.text("value"))
        } else {
            self = .none
        }
    }

    private static func coded(_ concept: FHIRElement) -> ScreenAnswer {
        let codings = concept.list("coding")
        for coding in codings {
            guard let code = coding.text("code") else { continue }
            if let known = codes[code] { return known }
            // The answer's own number, where the server says it (hl7.org/fhir/R4/extension-ordinalvalue.html).
            let ordinal = coding.list("extension").first {
                $0.text("url") == "http://hl7.org/fhir/StructureDefinition/ordinalValue"
            }
            if let number = ordinal?["valueDecimal"]?.number, let whole = Int64(exactly: number) {
                return .number(whole)
            }
        }
        return .unreadable(.text(codings.compactMap { $0.text("code") }.first.map { String($0.prefix(20)) } ?? "code"))
    }

    /// LOINC's answers to the PHQ-9 (list LL358-3) and its yes and no, with those of SNOMED CT and HL7 v2.
    private static let codes: [String: ScreenAnswer] = [
        "LA6568-5": .number(0), "LA6569-3": .number(1), "LA6570-1": .number(2), "LA6571-9": .number(3), "LA33-6": .yes,
        "LA32-8": .no, "373066001": .yes, "373067005": .no, "Y": .yes, "N": .no,
    ]

    /// As a yes or no; 1 and 0 are such.
    var isYes: Bool? {
        switch self {
        case .yes, .number(1): true
        case .no, .number(0): false
        default: nil
        }
    }

    /// As a score.
    var score: SourceValue {
        switch self {
        case .none: .null
        case .number(let number): .integer(number)
        case .yes: .text("yes")
        case .no: .text("no")
        case .unreadable(let value): value
        }
    }
}
