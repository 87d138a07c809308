/// The least that is tried before "not reached" may be said: so many attempts, over so many channels, apart in time.
package struct Effort: Sendable, Hashable {
    package var attempts: Int
    /// Different channels among them.
    package var channels: Int
    /// Attempts closer together than this count as one: three calls in ten minutes are one try.
    package var spacingMinutes: Int
    /// Where the numbers come from.
    package var basis: String

    package init(attempts: Int, channels: Int, spacingMinutes: Int, basis: String = "") {
        self.basis = basis
        self.attempts = attempts
        self.channels = channels
        self.spacingMinutes = spacingMinutes
    }

    init(reading reader: ConfigReader) {
        attempts = reader.integer("attempts", in: 1...20)
        channels = reader.integer("channels", in: 1...5, default: 1)
        spacingMinutes = reader.integer("spacing_minutes", in: 0...2_880, default: 0)
        basis = reader.text("basis")
        if channels > attempts { reader.issue("\(reader.path): more channels than attempts cannot be asked for") }
        reader.refuseUnknownKeys()
    }

    /// Attempts that count, by the spacing; recorded out of order or at one second they still count once.
    package func counted(_ made: [Attempt]) -> Int {
        var count = 0
        var last: WallTime?
        for attempt in made.sorted(by: { $0.at < $1.at }) {
            if let last, attempt.at.seconds(since: last) < Int64(spacingMinutes) * 60 { continue }
            last = attempt.at
            count += 1
        }
        return count
    }

    package func isMet(by made: [Attempt]) -> Bool {
        counted(made) >= attempts && Set(made.map(\.channel)).count >= channels
    }
}

extension Attempt.Outcome {
    /// Whether somebody has spoken with the client. A message, a support person or a wrong number is no contact.
    package var isContact: Bool {
        switch self {
        case .reachedWithPlan, .reached, .declined: true
        case .messageLeft, .noAnswer, .wrongNumber, .reachedSupportPerson: false
        }
    }

    /// Whether somebody was reached who can say why a session was missed.
    package var tellsReasons: Bool { isContact || self == .reachedSupportPerson }
}
