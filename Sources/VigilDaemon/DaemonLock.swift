import Foundation
import VigilCore

/// One daemon for one ledger: an advisory lock on a file beside it, which the kernel drops when the process dies.
struct DaemonLock: Sendable {
    private let descriptor: Int32

    init(beside ledgerPath: String) throws(OperationError) {
        let path = ledgerPath + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OperationError(
                errno == EACCES || errno == EROFS ? .permission : .unavailable, operation: "lock the ledger",
                subject: path, cause: String(cString: strerror(errno)),
                remedy: "check that the folder exists and that vigil may write there")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw OperationError(
                .unavailable, operation: "start", subject: path, cause: "another vigil daemon owns this ledger",
                remedy: "stop it first, or give this one a ledger of its own")
        }
    }

    func release() {
        Glibc.close(descriptor)
    }
}
