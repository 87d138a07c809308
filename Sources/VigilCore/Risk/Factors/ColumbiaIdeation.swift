/// `cssrs_ideation`: the highest C-SSRS ideation level of a screen, by its age. Every screen in its window is tried.
package struct ColumbiaIdeation: RiskFactor {
    package static let id: RuleID = "cssrs_ideation"
    package static let domain = Domain.ideation

    private let bands: [Band]
    /// An older screen says nothing about now.
    private let windowDays: Int

    package init(reading reader: ConfigReader) {
        bands = reader.bands(value: "level")
        windowDays = bands.map(\.days.upperBound).max() ?? 0
    }

    package func finding(in evidence: Evidence) -> Finding {
        var best: (band: Band, day: LocalDay, level: Int)?
        var newest: LocalDay?
        var unreadable = false
        for screen in evidence.clinical.screens where screen.instrument == .columbia {
            unreadable = unreadable || screen.ideationLevel.isInvalid
            guard let day = screen.day.value, let age = evidence.age(day), let level = screen.ideationLevel.value else {
                continue
            }
            newest = max(newest ?? day, day)
            guard let band = bands.row(value: level, age: age), band.points > 0 else { continue }
            if best.map({ ($0.band.points, $0.day) < (band.points, day) }) ?? true { best = (band, day, level) }
        }
        if let best {
            return present(
                best.band, day: best.day,
                evidence.words(best.day, best.level) { "C-SSRS level was \($0.number) \($0.onDay)" })
        }
        if unreadable { return unknown("a C-SSRS level on file cannot be read") }
        guard let newest, evidence.day.days(since: newest) <= windowDays else {
            return unknown(evidence.words(nil, windowDays) { "no C-SSRS in the last \($0.number) days" })
        }
        return absent(evidence.words(newest) { "no C-SSRS level that scores; the last was \($0.onDay)" })
    }
}
