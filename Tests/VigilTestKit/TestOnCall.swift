package import VigilCore
import VigilPolicy

/// The on-call schedule that the project ships, for tests that need one.
package enum TestOnCall {
    /// `config/oncall.yaml` of this checkout.
    package static var path: String {
        let tests = #filePath.split(separator: "/").dropLast(3)
        return "/" + tests.joined(separator: "/") + "/config/oncall.yaml"
    }

    /// The shipped schedule.
    /// - Throws: `OperationError` with every issue of the file.
    package static func shared() throws -> OnCallSchedule {
        try ConfigFile.load(path: path, operation: "read the on-call schedule") { reader, _ in
            OnCallSchedule(reading: reader)
        }
    }
}
