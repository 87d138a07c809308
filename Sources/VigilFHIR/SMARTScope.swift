/// A scope of a backend client: `system/Appointment.rs`, or `system/Appointment.read` in SMART's first version.
struct SMARTScope: Hashable {
    var type: String
    /// Letters of `cruds`.
    var letters: Set<Character>

    /// What `type.text` is asked for as.
    func text(isSecondVersion: Bool) -> [String] {
        if isSecondVersion { return ["system/\(type).\(String("cruds".filter(letters.contains)))"] }
        let reads = letters.isDisjoint(with: "rs") ? [] : ["system/\(type).read"]
        return reads + (letters.isDisjoint(with: "cud") ? [] : ["system/\(type).write"])
    }

    init(_ type: String, _ letters: String) {
        self.type = type
        self.letters = Set(letters)
    }

    /// - Returns: nil for what is no scope of a system, and for one with a restriction: what it leaves out is unknown.
    init?(_ text: some StringProtocol) {
        guard text.hasPrefix("system/"), !text.contains("?"), let dot = text.lastIndex(of: ".") else { return nil }
        type = String(text[text.index(text.startIndex, offsetBy: 7)..<dot])
        switch text[text.index(after: dot)...] {
        case "read": letters = Set("rs")
        case "write": letters = Set("cud")
        case "*": letters = Set("cruds")
        case let rest: letters = Set(rest)
        }
    }

    /// The letters that a list of granted scopes gives for a type.
    static func granted(_ list: String, for type: String) -> Set<Character> {
        list.split(separator: " ").compactMap { SMARTScope($0) }.filter { $0.type == type || $0.type == "*" }
            .reduce(into: []) { $0.formUnion($1.letters) }
    }
}
