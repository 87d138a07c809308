/// The domains of clinical.md section 2. Within most of them only the strongest factor counts.
package enum Domain: String, Sendable, Hashable, Codable, CaseIterable {
    case ideation = "A"
    case unassessed = "A+"
    case behaviour = "B"
    case transition = "C"
    case diagnosis = "D"
    case medication = "E"
    case attendance = "F"
    case unknown = "U"

    /// F adds its factors; the others take the maximum. (D adds its own bonuses inside its one factor.)
    package var addsUp: Bool { self == .attendance }

    /// Clinical domains, the ones that a cancellation by the practice leaves standing.
    package var isClinical: Bool { self != .attendance && self != .unknown }

    /// A to E: what `minor_with_factor` and `no_screen_on_file` look at.
    package var isAtoE: Bool { isClinical && self != .unassessed }
}
