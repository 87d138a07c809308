package import VigilCore

/// Everything that is wrong with a configuration file, as text for the person who edits it.
///
/// Each issue is `policy.yaml:12:7: what is wrong`, the line and a caret. A line under a key that looks like a secret is
/// never shown, only its place.
package struct ConfigReport: Sendable {
    /// More would scroll the first ones, which are the ones to mend, off the screen.
    package static let maxIssues = 50

    /// How the file is called in front of each place.
    package let file: String
    package let issues: [ConfigIssue]
    private let lines: [String]

    package init(file: String, text: String, issues: [ConfigIssue]) {
        self.file = file
        self.issues = issues.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
        lines = SourceText(text).lines.map(String.init)
    }

    /// All issues, at most `maxIssues` of them with their snippets; no line break at the end.
    package var rendered: String {
        var parts = issues.prefix(Self.maxIssues).map { issue in
            let head = "\(file):\(issue.place.line):\(issue.place.column): \(issue.message)"
            return snippet(at: issue.place).map { "\(head)\n\($0)" } ?? head
        }
        if issues.count > Self.maxIssues { parts.append("and \(issues.count - Self.maxIssues) more") }
        return parts.joined(separator: "\n")
    }

    /// The report as the error of `operation` ("read the policy").
    package func error(operation: String) -> OperationError {
        OperationError(
            .configuration, operation: operation, subject: file,
            cause: "\(issues.count) \(issues.count == 1 ? "thing is" : "things are") wrong\n\(rendered)\n",
            remedy: "Correct the file, then try 'vigil config check'")
    }

    // MARK: Snippets

    /// Columns shown; a long sentence is cut around the caret.
    private static let width = 96

    private func snippet(at place: ConfigNode.Place) -> String? {
        guard lines.indices.contains(place.line - 1), !isSecret(lineAt: place.line - 1) else { return nil }
        // A control character could move the cursor of the terminal that shows this.
        let scalars = lines[place.line - 1].unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : String($0) }
        guard scalars.contains(where: { $0 != " " }) else { return nil }
        let caret = min(place.column - 1, scalars.count)
        let first = max(0, caret - Self.width + 16)
        let shown = scalars.dropFirst(first).prefix(Self.width).joined()
        let number = String(place.line)
        let margin = String(repeating: " ", count: number.count)
        let indent = String(repeating: " ", count: caret - first)
        return "  \(number) | \(shown)\n  \(margin) | \(indent)^"
    }

    private static let secretWords = ["password", "passphrase", "token", "secret", "key", "credential"]

    /// Whether the line, or a line that it is nested under, speaks of a secret.
    private func isSecret(lineAt index: Int) -> Bool {
        var indent = Int.max
        for line in lines[...index].reversed() {
            let begins = line.prefix { $0 == " " }.count
            guard begins < line.count, begins < indent else { continue }
            let lowered = line.lowercased()
            if Self.secretWords.contains(where: { lowered.contains($0) }) { return true }
            if begins == 0 { return false }
            indent = begins
        }
        return false
    }
}
