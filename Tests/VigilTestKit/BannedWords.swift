import Foundation

/// The words that nobody reads in vigil (ux.md, "Words").
package enum BannedWords {
    private static let banned = [
        "patient", "patients", "inpatient", "outpatient", "no-show", "no-shows", "no show", "dna", "did not attend",
        "failed to attend", "fails to attend", "high-risk", "high risk", "low-risk", "low risk", "medium risk",
        "at risk",
        "case", "cases", "job", "alert", "disengaged", "non-compliant", "noncompliant", "unreachable", "safe",
        "cleared",
        "committed suicide", "completed suicide", "probability", "score of risk",
    ]
    /// The text in lower case with one blank between words, so that a line break hides nothing.
    private static func words(_ text: String) -> String {
        let letters = text.lowercased().map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : " " }
        return " " + String(letters).split(separator: " ").joined(separator: " ") + " "
    }

    package static func found(in text: String) -> [String] {
        // "Operator alert" is the one alert there is.
        let words = words(text).replacingOccurrences(of: " operator alert ", with: " ")
        return banned.filter { words.contains(" \($0) ") }
    }
}
