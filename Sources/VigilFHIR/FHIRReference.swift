import Foundation

/// Where a Reference points: a type and an id.
struct FHIRReference: Hashable {
    var type: String
    /// The id within the server that is read; the whole address for a resource of another one, so that ids cannot meet.
    var id: String

    /// - Parameter element: a Reference; relative, absolute and versioned ones are read.
    /// - Returns: nil for a contained, logical or display-only one.
    init?(_ element: FHIRElement?, base: FHIRBase) {
        guard let element, var text = element.text("reference"), !text.hasPrefix("#") else { return nil }
        if let version = text.range(of: "/_history/") { text = String(text[..<version.lowerBound]) }
        var isForeign = false
        if text.contains("://") {
            if text.hasPrefix(base.text + "/") {
                text = String(text.dropFirst(base.text.utf8.count + 1))
            } else {
                isForeign = true
            }
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, let last = parts.last, !last.isEmpty else {
            // A urn names no type; the reference may.
            guard text.hasPrefix("urn:"), let type = element.text("type") else { return nil }
            self.type = type
            id = text
            return
        }
        type = String(parts[parts.count - 2])
        id = isForeign ? text : String(last)
    }

    /// Whether a text is an id in FHIR's form (hl7.org/fhir/R4/datatypes.html#id), and so safe in an address.
    static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
                default: false
                }
            } && text != "." && text != ".."
    }
}
