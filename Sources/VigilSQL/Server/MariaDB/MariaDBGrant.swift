/// A line of SHOW GRANTS, read as far as is needed to say what it allows.
///
/// The line itself is never passed on: it may end with the hash of a password.
package struct MariaDBGrant {
    /// The privileges that go beyond reading, and what on: `UPDATE on "emr"."visits"`.
    package let tooMuch: [String]
    /// The role that the line grants, when it grants one; quoted as in the line.
    package let role: String?

    /// Everything that is not here is too much, so that a privilege of a later version is noticed.
    ///
    /// EXECUTE is not: a procedure runs with its owner's rights. A view does too, but only reads.
    private static let harmless: Set<String> = [
        "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR",
        "SLAVE MONITOR", "REPLICA MONITOR",
    ]

    /// - Parameter line: as the server answers SHOW GRANTS, with quotes of any kind.
    package init(_ line: String) {
        let words = Self.words(line)
        guard words.first?.uppercased() == "GRANT" else {
            (tooMuch, role) = ([], nil)
            return
        }
        guard let on = words.firstIndex(where: { $0.uppercased() == "ON" }) else {
            tooMuch = []
            // SET DEFAULT ROLE lines do not begin with GRANT; `GRANT role TO user` has no ON.
            role = words.count > 1 ? words[1] : nil
            return
        }
        let object = words[(on + 1)...].prefix { $0.uppercased() != "TO" }.joined(separator: " ")
        let privileges = words[1..<on].filter { !$0.hasPrefix("(") }.joined(separator: " ")
            .split(separator: ",").map { $0.split(separator: " ").joined(separator: " ").uppercased() }
        var found = privileges.filter { !Self.harmless.contains($0) }
        if line.uppercased().contains(" GRANT OPTION") { found.append("GRANT OPTION") }
        tooMuch = found.map { "\($0) on \(object)" }
        role = nil
    }

    /// Words of a line: split at blanks, commas words of their own, quotes and parentheses kept together.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var depth = 0
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in line {
            if let open = quote {
                word.append(character)
                if character == open { quote = nil }
            } else if "`\"'".contains(character) {
                quote = character
                word.append(character)
            } else if character == "(" {
                if depth == 0 { end() }
                depth += 1
                word.append(character)
            } else if character == ")" {
                depth -= 1
                word.append(character)
                if depth == 0 { end() }
            } else if depth == 0, character == " " {
                end()
            } else if depth == 0, character == "," {
                end()
                words.append(",")
            } else {
                word.append(character)
            }
        }
        end()
        return words
    }
}
