import Foundation

/// Accounts of every Debian system (base-passwd), to be other people.
enum OtherAccounts {
    static let frontDesk = "mail"
    static let therapist = "www-data"
    static let onCall = "news"
    static let administrator = "bin"
    /// On the machine, and not listed in vigil.yaml.
    static let stranger = "nobody"

    /// Whether the test may run the program as another account; said once, loudly, when not.
    static let areUsable: Bool = {
        let command = [
            "setpriv", "--reuid", stranger, "--regid", "nogroup", "--clear-groups", VigilProcess.vigil, "--version",
        ]
        guard let trial = try? VigilProcess(command) else {
            return LoudLine.skipped("tests of roles: setpriv (util-linux) is not installed")
        }
        while trial.exit == nil { usleep(5_000) }
        return trial.exit == .status(0)
            || LoudLine.skipped(
                "tests of roles: vigil cannot be run as '\(stranger)': they need root, and a checkout and a toolchain "
                    + "that other accounts may read")
    }()
}
