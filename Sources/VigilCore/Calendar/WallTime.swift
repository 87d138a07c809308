/// A point of wall-clock time: whole seconds since 1970-01-01T00:00:00Z.
///
/// Used for deadlines and for everything that is stored. Intervals that drive timers are monotonic and use `Duration`;
/// the two types do not mix (reliability.md, I18). The core never asks for the time: it comes in as a parameter.
package struct WallTime: Hashable, Comparable, Sendable, Codable {
    /// Seconds since the Unix epoch, UTC.
    package var seconds: Int64

    @inlinable
    package init(seconds: Int64) {
        self.seconds = seconds
    }

    package init(from decoder: any Decoder) throws {
        seconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.seconds < right.seconds
    }

    package func adding(seconds: Int) -> WallTime {
        WallTime(seconds: self.seconds &+ Int64(seconds))
    }

    package func adding(minutes: Int) -> WallTime {
        adding(seconds: minutes * 60)
    }

    package func adding(hours: Int) -> WallTime {
        adding(seconds: hours * 3_600)
    }

    /// Whole seconds from `earlier` to this time; negative when `earlier` is later.
    package func seconds(since earlier: WallTime) -> Int64 {
        seconds - earlier.seconds
    }
}
