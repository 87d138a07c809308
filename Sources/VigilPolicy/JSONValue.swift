import VigilCore

/// A JSON value as it stands, so that a wrong kind is one field's reading and never the failure of a whole file.
package enum JSONValue: Sendable, Hashable, Decodable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])
    /// A number that no Double holds.
    case unreadable

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else if let object = try? container.decode([String: JSONValue].self) {
            self = .object(object)
        } else {
            self = .unreadable
        }
    }
}

extension JSONValue? {
    /// Null and missing are the same: absent.
    var isAbsent: Bool { self == nil || self == .null }

    /// A whole number within `range`; `2.0` is one, `"2"` and `2.5` are not.
    func integer(in range: ClosedRange<Int>) -> Reading<Int> {
        guard !isAbsent else { return .absent }
        guard case .number(let number) = self, let whole = Int(exactly: number) else { return .invalid }
        return Reading.value(whole).within(range)
    }

    /// Only `true` and `false`; anything else is not known.
    var flag: Reading<Bool> {
        guard !isAbsent else { return .absent }
        guard case .flag(let flag) = self else { return .invalid }
        return .value(flag)
    }

    var text: Reading<String> {
        guard !isAbsent else { return .absent }
        guard case .text(let text) = self else { return .invalid }
        return .value(text)
    }
}
