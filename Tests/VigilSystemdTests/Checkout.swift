import Foundation
import VigilTestKit

/// The checkout that the tests were built from, and programs run in it.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func path(_ relative: String) -> String {
        root.appending(path: relative).path(percentEncoded: false)
    }

    /// Runs a program to its end and gives what it wrote, both streams in one.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let result = try ChildProcess.run(program, arguments, environment: environment)
        return (result.status, result.output)
    }
}
