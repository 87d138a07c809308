/// `nothing_booked`: no session stands in the book for the coming weeks.
package struct NothingBooked: RiskFactor {
    package static let id: RuleID = "nothing_booked"
    package static let domain = Domain.attendance

    private let withinDays: Int
    private let band: Band

    package init(reading reader: ConfigReader) {
        withinDays = reader.integer("within_days", in: 1...365)
        band = Band(
            values: 0...0, days: 0...0, points: reader.integer("points", in: 0...6), basis: reader.text("basis"))
    }

    package func finding(in evidence: Evidence) -> Finding {
        evidence.isBooked(withinDays: withinDays)
            ? absent("another session is booked")
            : present(
                band, day: nil,
                evidence.words(nil, withinDays) { "nothing is booked in the \($0.number) days after" })
    }
}
