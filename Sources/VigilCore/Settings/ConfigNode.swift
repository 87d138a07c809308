/// One place in a configuration file, after YAML and before meaning.
///
/// Scalars stay text: YAML 1.1 reads `22:30` as 1350 and `no` as false, and a clinic must not have to know that. VigilPolicy
/// makes these from YAML; every type that is configured reads itself from one through `ConfigReader`.
package struct ConfigNode: Sendable {
    package indirect enum Content: Sendable {
        /// `quoted` tells `"null"` from `null`.
        case scalar(String, quoted: Bool)
        case list([ConfigNode])
        case map([Entry])
    }

    package struct Entry: Sendable {
        package var key: String
        package var keyPlace: Place
        package var value: ConfigNode

        package init(key: String, keyPlace: Place, value: ConfigNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    /// Line and column count from 1.
    package struct Place: Sendable, Hashable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package var content: Content
    package var place: Place

    package init(content: Content, place: Place) {
        self.content = content
        self.place = place
    }

    package var isNull: Bool {
        if case .scalar(let text, quoted: false) = content {
            text.isEmpty || text == "~" || text == "null"
        } else {
            false
        }
    }
}

/// One thing wrong in a configuration file: where, what, and what to do.
package struct ConfigIssue: Sendable, Hashable {
    package var place: ConfigNode.Place
    package var message: String

    package init(place: ConfigNode.Place, message: String) {
        self.place = place
        self.message = message
    }
}
