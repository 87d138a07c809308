/// The name of a factor, floor or engagement flag: what may appear in the journal in place of a reason.
///
/// Lower-case letters, digits and `_` only, from the code or from the policy; a client's words have no way in.
package struct RuleID: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: String

    package init(stringLiteral value: StaticString) {
        text = value.description
    }

    /// A key of the policy file; nil unless it is 1 to 48 characters of `a-z0-9_`.
    package init?(policyKey key: String) {
        let letters = key.utf8
        guard (1...48).contains(letters.count),
            letters.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { return nil }
        text = key
    }

    package init(from decoder: any Decoder) throws {
        guard let id = RuleID(policyKey: try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a rule id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }
}
