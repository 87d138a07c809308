import Foundation

/// A node of a FHIR document, read leniently: what is missing or of another kind reads as nil, and never fails.
///
/// JSON alone (hl7.org/fhir/R4/json.html). JSONSerialization refuses more than 512 levels; the size is bounded by the caller.
struct FHIRElement {
    private let value: Any

    private init(_ value: Any) {
        self.value = value
    }

    /// - Returns: nil when the bytes are no JSON object.
    init?(json bytes: [UInt8]) {
        guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)), value is [String: Any] else {
            return nil
        }
        self.value = value
    }

    subscript(_ key: String) -> FHIRElement? {
        guard let object = value as? [String: Any], let found = object[key], !(found is NSNull) else { return nil }
        return FHIRElement(found)
    }

    /// The elements of an array; a single one where a server left the array out; none when it is missing.
    func list(_ key: String) -> [FHIRElement] {
        guard let found = self[key] else { return [] }
        return (found.value as? [Any])?.map(FHIRElement.init) ?? [found]
    }

    /// A text without the blanks around it; nil when nothing is left.
    var text: String? {
        guard let text = value as? String else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    func text(_ key: String) -> String? {
        self[key]?.text
    }

    /// JSON's true and false alone: Foundation would also take 1 and 0.
    var flag: Bool? {
        guard let number = value as? NSNumber, String(cString: number.objCType) == "c" else { return nil }
        return number.boolValue
    }

    /// A number that is no truth value.
    var number: Double? {
        guard let number = value as? NSNumber, String(cString: number.objCType) != "c" else { return nil }
        return number.doubleValue
    }

    var resourceType: String? { text("resourceType") }

    /// `Resource.id`.
    var id: String? { text("id") }

    /// The codes of a CodeableConcept, or of a list of them under `key`.
    func codings(_ key: String) -> [FHIRCoding] {
        list(key).flatMap { $0.list("coding") }.map(FHIRCoding.init)
    }

    /// As an object that can be written again.
    var object: [String: Any]? { value as? [String: Any] }
}

/// A code and what it is a code of.
struct FHIRCoding {
    var system: String?
    var code: String?
    var display: String?

    init(_ element: FHIRElement) {
        system = element.text("system")
        code = element.text("code")
        display = element.text("display")
    }
}
