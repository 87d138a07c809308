import Foundation

/// What only `deploy/test --long` asks for.
enum LongRun {
    /// Every place of a fault instead of a selection, and stops of minutes instead of seconds.
    static let isOn = ProcessInfo.processInfo.environment["VIGIL_TEST_LONG"] != nil

    /// How long a daemon is watched for growth; 0 not at all.
    static let soakMinutes = ProcessInfo.processInfo.environment["VIGIL_TEST_SOAK_MINUTES"].flatMap { Int($0) } ?? 0
}
