import Crypto
import Foundation
import VigilCore

/// How far a server has been read, and since when each cancelled appointment is known to be: R4 itself does not say when.
///
/// Holds no id: an appointment stands in it as the beginning of a hash of its id.
struct FHIRCursor {
    /// The server's time, so much earlier as reads overlap; nil where it has none: then changes alone cannot be read.
    var seen: WallTime?
    /// By vigil's clock, for the interval between whole reads alone.
    var fullAt: WallTime
    /// The window of the last whole read.
    var from: WallTime
    var until: WallTime
    /// By appointment; a nil time for one that was cancelled before vigil first looked.
    var cancels: [String: WallTime?]

    private static let version = "fhir1"

    /// When an appointment that is cancelled now was called off, as far as that is known.
    ///
    /// - Parameter previous: nil at the first read.
    /// - Returns: nil for "not known", which counts as late (clinical.md section 4).
    static func cancelTime(of appointment: AppointmentFacts, previous: FHIRCursor?, now: WallTime) -> WallTime? {
        guard let start = appointment.start else { return nil }
        if let previous {
            if let known = previous.cancels[key(appointment.id)] { return known }
            // It would have been seen cancelled, had it been: so it was cancelled since. Outside the window nobody looked.
            if start >= previous.from, start < previous.until {
                // Some servers do not move it on a change of status: then it lies before what was seen.
                guard let updated = appointment.lastUpdated, let seen = previous.seen, updated >= seen, updated <= now
                else { return now }
                return updated
            }
        }
        // Before it was to begin, the first look is the latest that it can have been called off.
        return start > now ? now : nil
    }

    static func key(_ id: String) -> String {
        Base64URL.text(Data(SHA256.hash(data: Data(id.utf8)).prefix(9)))
    }

    init(seen: WallTime?, fullAt: WallTime, from: WallTime, until: WallTime, cancels: [String: WallTime?]) {
        self.seen = seen
        self.fullAt = fullAt
        self.from = from
        self.until = until
        self.cancels = cancels
    }

    /// - Returns: nil for a text of another version, which costs a whole read.
    init?(_ cursor: FeedCursor) {
        let parts = cursor.text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[0] == Self.version, let fullAt = Int64(parts[2]), let from = Int64(parts[3]),
            let until = Int64(parts[4])
        else { return nil }
        seen = Int64(parts[1]).map(WallTime.init(seconds:))
        self.fullAt = WallTime(seconds: fullAt)
        self.from = WallTime(seconds: from)
        self.until = WallTime(seconds: until)
        cancels = [:]
        for part in parts.dropFirst(5) {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2 else { return nil }
            cancels[String(pair[0])] = .some(Int64(pair[1]).map(WallTime.init(seconds:)))
        }
    }

    var feedCursor: FeedCursor {
        func text(_ time: WallTime?) -> String { time.map { String($0.seconds) } ?? "-" }
        let head = [Self.version, text(seen), text(fullAt), text(from), text(until)]
        return FeedCursor((head + cancels.map { "\($0.key)=\(text($0.value))" }.sorted()).joined(separator: " "))
    }
}
