package import VigilCore
import VigilPolicy

extension ConfigReader {
    /// The outermost reader of a YAML text, for tests of types that read themselves from a configuration.
    ///
    /// - Throws: `YAMLFault` when the text is not YAML.
    package static func yaml(_ text: String) throws -> ConfigReader {
        let file = YAMLFile(text: text)
        guard file.issues.isEmpty, let root = file.root else { throw YAMLFault(issues: file.issues) }
        return ConfigReader(root: root)
    }

    package struct YAMLFault: Error {
        package var issues: [ConfigIssue]

        package init(issues: [ConfigIssue]) {
            self.issues = issues
        }
    }
}
