import Foundation

/// The checkout that the tests were built from.
enum Checkout {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ relative: String) -> String {
        root.appending(path: relative).path(percentEncoded: false)
    }
}
