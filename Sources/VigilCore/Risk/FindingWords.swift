/// The reason of a finding, in words: written, or still to be written from a few numbers.
///
/// A full reconcile scores every missed session that the store holds, and a sentence costs more than the rule that it is
/// about. So a rule hands over what its sentence needs, and the sentence is made when somebody reads it or it is stored.
package struct FindingWords: Sendable {
    /// What a sentence may be made of.
    package struct Facts: Sendable {
        /// The day of the fact.
        package let day: LocalDay?
        /// The day from which it is seen, for naming the year.
        package let seenFrom: LocalDay
        package let number: Int
        package let other: Int

        /// `on 19 November`; empty without a day.
        package var onDay: String { day.map { "on \($0.words(seenFrom: seenFrom))" } ?? "" }

        /// `19 November`; empty without a day.
        package var dayWords: String { day.map { $0.words(seenFrom: seenFrom) } ?? "" }
    }

    /// Makes the sentence; the same facts give the same words.
    package typealias Sentence = @Sendable (Facts) -> String

    private enum Form: Sendable {
        case written(String)
        case due(Sentence, Compact)
    }

    /// The facts in 20 bytes: there is one of these in every finding.
    private struct Compact: Sendable {
        var day: LocalDay?
        var seenFrom: LocalDay
        var number: Int32
        var other: Int32
    }

    private let form: Form

    package init(_ text: String) {
        form = .written(text)
    }

    /// - Parameters:
    ///   - number: any number that the sentence names, as far as 32 bits hold it; so is `other`.
    ///   - sentence: made once and kept with the rule, so that handing it over costs nothing.
    package init(
        day: LocalDay? = nil, seenFrom: LocalDay, _ number: Int = 0, _ other: Int = 0, _ sentence: @escaping Sentence
    ) {
        form = .due(
            sentence,
            Compact(day: day, seenFrom: seenFrom, number: Int32(clamping: number), other: Int32(clamping: other)))
    }

    package var text: String {
        switch form {
        case .written(let text): text
        case .due(let sentence, let facts):
            sentence(
                Facts(
                    day: facts.day, seenFrom: facts.seenFrom, number: Int(facts.number), other: Int(facts.other)))
        }
    }
}

extension FindingWords: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

/// Two are equal when they read the same, written or not.
extension FindingWords: Hashable, CustomStringConvertible {
    package static func == (left: FindingWords, right: FindingWords) -> Bool {
        left.text == right.text
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    package var description: String { text }
}

extension FindingWords: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
