/// `phq9_item9`: the answer to PHQ-9 item 9 by its age. A 0 subtracts nothing and cancels nothing (Louzon 2016).
package struct PHQ9Item9: RiskFactor {
    package static let id: RuleID = "phq9_item9"
    package static let domain = Domain.ideation

    private let bands: [Band]
    /// An older answer says nothing about now.
    private let windowDays: Int

    package init(reading reader: ConfigReader) {
        bands = reader.bands(value: "answer")
        windowDays = bands.map(\.days.upperBound).max() ?? 0
    }

    package func finding(in evidence: Evidence) -> Finding {
        var best: (band: Band, day: LocalDay, answer: Int)?
        var newest: LocalDay?
        var unreadable = false
        for screen in evidence.clinical.screens where screen.instrument == .phq9 {
            unreadable = unreadable || screen.item9.isInvalid
            guard let day = screen.day.value, let age = evidence.age(day), let answer = screen.item9.value else {
                continue
            }
            newest = max(newest ?? day, day)
            guard let band = bands.row(value: answer, age: age), band.points > 0 else { continue }
            if best.map({ ($0.band.points, $0.day) < (band.points, day) }) ?? true { best = (band, day, answer) }
        }
        if let best {
            return present(
                best.band, day: best.day,
                evidence.words(best.day, best.answer) { "PHQ-9 item 9 was \($0.number) \($0.onDay)" })
        }
        if unreadable { return unknown("a PHQ-9 item 9 on file cannot be read") }
        guard let newest, evidence.day.days(since: newest) <= windowDays else {
            return unknown(evidence.words(nil, windowDays) { "no PHQ-9 item 9 in the last \($0.number) days" })
        }
        return absent(evidence.words(newest) { "no PHQ-9 item 9 that scores; the last was \($0.onDay)" })
    }
}
