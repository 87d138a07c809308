import VigilCore

/// A text by line and column, as libyaml counts them: from 1, columns in Unicode scalars.
struct SourceText {
    let text: String
    let lines: [Substring]

    init(_ text: String) {
        self.text = text
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    func line(_ number: Int) -> Substring? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    /// The position of `place` in `text`; nil at a line's end and beyond the text.
    func index(of place: ConfigNode.Place) -> String.Index? {
        guard let line = line(place.line), place.column >= 1 else { return nil }
        let scalars = line.unicodeScalars
        guard
            let index = scalars.index(scalars.startIndex, offsetBy: place.column - 1, limitedBy: scalars.endIndex),
            index < scalars.endIndex
        else { return nil }
        return index
    }
}
