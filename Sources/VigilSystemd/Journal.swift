import CSystemd
import Glibc
package import VigilCore

/// Sends public events to systemd-journald as structured records, one datagram each.
///
/// The ledger is the record and the journal is its view: a caller that is told anything but `sent` replays the event from
/// the audit table later. Safe to call from any thread.
package struct Journal: Sendable {
    /// What became of one record.
    package enum Outcome: Sendable, Hashable {
        /// Handed to journald's socket. journald reads it in its own time and syncs priorities 0 to 2 at once.
        case sent
        /// There is no journald on this machine or in this mount namespace; nothing was sent.
        case noJournal
        /// The socket refused it; the number is an errno (`ECONNREFUSED`: journald is gone but its socket is not).
        case failed(Int32)
    }

    private let socketPath: String

    package init() {
        // The path is compiled into libsystemd.
        self.init(socketPath: "/run/systemd/journal/socket")
    }

    /// For tests: looks for journald at another path. What is sent still goes to the one that libsystemd knows.
    package init(socketPath: String) {
        self.socketPath = socketPath
    }

    /// Sends one event and reports what became of it.
    ///
    /// **Blocks** while journald is stopped or slower than its senders (after `net.unix.max_dgram_qlen`, by default ten,
    /// unread datagrams), so call it on a thread that does nothing else: never on the poll or page path, and never on
    /// Swift's cooperative pool.
    package func send(_ event: PublicEvent, auditSequence: Int64) -> Outcome {
        // Without a socket sd_journal_sendv answers 0, as if the record had been written (reliability.md).
        guard access(socketPath, F_OK) == 0 else { return .noJournal }
        let answer = Journal.send(JournalField.fields(of: event, auditSequence: auditSequence))
        return answer < 0 ? .failed(-answer) : .sent
    }

    /// - Returns: 0 or a negative errno.
    private static func send(_ fields: [JournalField]) -> Int32 {
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        for field in fields {
            let before = bytes.count
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: field.value.utf8)
            lengths.append(bytes.count - before)
        }
        return bytes.withUnsafeMutableBytes { buffer in
            var rest = UnsafeMutableRawBufferPointer(rebasing: buffer[...])
            var vectors: [iovec] = []
            for length in lengths {
                vectors.append(iovec(iov_base: rest.baseAddress, iov_len: length))
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[length...])
            }
            return sd_journal_sendv(&vectors, Int32(vectors.count))
        }
    }
}
