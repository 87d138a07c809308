/// `new_client`: the first weeks of contact (Girardi 2022, one cohort, shrunk).
package struct NewClient: RiskFactor {
    package static let id: RuleID = "new_client"
    package static let domain = Domain.transition

    private let bands: [Band]

    package init(reading reader: ConfigReader) {
        bands = reader.bands()
    }

    package func finding(in evidence: Evidence) -> Finding {
        guard let day = evidence.client.firstContactOn.value else { return unknown("the first contact is not on file") }
        // A first contact recorded on or after the day of the session still says that the client is new.
        let age = max(0, evidence.day.days(since: day))
        let words = evidence.words(day) { "first contact was \($0.onDay)" }
        guard let band = bands.row(age: age) else { return absent(words) }
        return present(band, day: day, words)
    }
}
