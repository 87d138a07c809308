/// `suicidal_behaviour`: an attempt on file or a C-SSRS behaviour item answered yes, by age; or level 4-5 long ago.
package struct SuicidalBehaviour: RiskFactor {
    package static let id: RuleID = "suicidal_behaviour"
    package static let domain = Domain.behaviour

    private let bands: [Band]
    private let undatedPoints: Int
    private let undatedBasis: String
    private let pastIdeation: [Band]

    package init(reading reader: ConfigReader) {
        bands = reader.bands()
        let undated = reader.section("undated")
        undatedPoints = undated.integer("points", in: 0...6)
        undatedBasis = undated.text("basis")
        undated.refuseUnknownKeys()
        let past = reader.section("past_ideation")
        pastIdeation = past.bands(value: "level")
        past.refuseUnknownKeys()
    }

    package func finding(in evidence: Evidence) -> Finding {
        var candidates: [Finding] = []
        for attempt in evidence.clinical.attempts {
            guard let day = attempt.day.value else {
                let undated = Band(values: 0...0, days: 0...0, points: undatedPoints, basis: undatedBasis)
                candidates.append(present(undated, day: nil, "an attempt is on file without a readable date"))
                continue
            }
            guard let age = evidence.age(day), let band = bands.row(age: age) else { continue }
            candidates.append(present(band, day: day, evidence.words(day) { "an attempt is on file \($0.onDay)" }))
        }
        for screen in evidence.clinical.screens where screen.instrument == .columbia {
            guard let day = screen.day.value, let age = evidence.age(day) else { continue }
            if screen.behaviour.value == true, let band = bands.row(age: age) {
                candidates.append(
                    present(
                        band, day: day,
                        evidence.words(day) { "the C-SSRS behaviour item was answered yes \($0.onDay)" }))
            }
            if let level = screen.ideationLevel.value, let band = pastIdeation.row(value: level, age: age) {
                candidates.append(
                    present(
                        band, day: day,
                        evidence.words(day, level) { "C-SSRS level was \($0.number) \($0.onDay)" }))
            }
        }
        // Absence of a coded attempt is not "no" (clinical.md section 2).
        return candidates.max { ($0.points, $0.day?.number ?? .min) < ($1.points, $1.day?.number ?? .min) }
            ?? unknown("no attempt is on file, which does not say that there was none")
    }
}
