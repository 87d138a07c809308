/// `screen_unassessed`: a positive item 9 that nobody followed with a C-SSRS or an assessment (NPSG.15.01.01 EP3).
package struct ScreenUnassessed: RiskFactor {
    package static let id: RuleID = "screen_unassessed"
    package static let domain = Domain.unassessed

    private let bands: [Band]

    package init(reading reader: ConfigReader) {
        bands = reader.bands(value: "answer")
    }

    package func finding(in evidence: Evidence) -> Finding {
        var newest: (day: LocalDay, band: Band)?
        for screen in evidence.clinical.screens where screen.instrument == .phq9 {
            guard let day = screen.day.value, let age = evidence.age(day), let answer = screen.item9.value,
                let band = bands.row(value: answer, age: age)
            else { continue }
            if newest.map({ $0.day < day }) ?? true { newest = (day, band) }
        }
        guard let newest else { return absent("no positive item 9 that waits for an assessment") }
        // An unreadable level is no assessment (clinical.md section 2); nor is one made on the day of the miss or after.
        let assessed = evidence.clinical.screens.contains { screen in
            guard let day = screen.day.value, day >= newest.day, evidence.age(day) != nil else { return false }
            return screen.instrument == .clinicianAssessment
                || (screen.instrument == .columbia && screen.ideationLevel.value != nil)
        }
        return assessed
            ? absent("the positive item 9 was followed by an assessment")
            : present(
                newest.band, day: newest.day,
                evidence.words(newest.day) { "item 9 was positive \($0.onDay) and no assessment followed" })
    }
}
