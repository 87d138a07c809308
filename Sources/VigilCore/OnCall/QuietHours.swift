/// Hours in which digests and messages to the operator wait. Nothing can make them hold a page (I14).
package struct QuietHours: Sendable, Hashable {
    package enum Held: String, Sendable, Hashable, CaseIterable {
        case digest
        case operatorAlert = "operator"
    }

    package var window: WeeklyWindow
    package var holds: Set<Held>

    package init(window: WeeklyWindow, holds: Set<Held>) {
        self.window = window
        self.holds = holds
    }

    package init(reading reader: ConfigReader) {
        window = WeeklyWindow(
            weekdays: reader.weekdays("days"), fromMinute: reader.minuteOfDay("from"),
            toMinute: reader.minuteOfDay("to"))
        if window.weekdays.count == 7, window.fromMinute == window.toMinute {
            reader.issue("quiet hours of every day and all day would never end")
        }
        var holds: Set<Held> = []
        for (text, place) in reader.texts("hold") {
            if let held = Held(rawValue: text) {
                holds.insert(held)
            } else if ["now", "page", "pages"].contains(text.lowercased()) {
                reader.issue("quiet hours never hold a page of a follow-up to make now; remove '\(text)'", at: place)
            } else {
                reader.issue("'\(text)' is not one of digest, operator", at: place)
            }
        }
        self.holds = holds
        reader.refuseUnknownKeys()
    }

    /// The time itself, or the end of the quiet hours in which it lies.
    package func release(of time: WallTime, zone: Zone) -> WallTime {
        var time = time
        // Windows of neighbouring days may meet; a week of quiet is the most that they can make.
        for _ in 0..<8 {
            guard let end = window.end(containing: time, in: zone) else { return time }
            time = end
        }
        return time
    }

    /// When a message of this kind may go out.
    package func release(_ held: Held, at time: WallTime, zone: Zone) -> WallTime {
        holds.contains(held) ? release(of: time, zone: zone) : time
    }
}
