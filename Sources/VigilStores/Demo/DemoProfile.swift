internal import VigilCore

/// What brings a client to therapy: codes of ICD-10-CM, the usual scores and the usual therapy.
struct DemoProfile {
    var codes: [String]
    /// In a hundred clients.
    var weight: Int
    /// Usual PHQ-9 total.
    var phq9: Int
    var therapy: String
    var measures: [String] = []

    static let adults: [DemoProfile] = [
        DemoProfile(codes: ["F41.1"], weight: 19, phq9: 8, therapy: "CBT", measures: ["GAD-7"]),
        DemoProfile(codes: ["F33.1"], weight: 13, phq9: 13, therapy: "IPT"),
        DemoProfile(codes: ["F33.1", "F41.1"], weight: 8, phq9: 13, therapy: "CBT", measures: ["GAD-7"]),
        DemoProfile(codes: ["F32.1"], weight: 9, phq9: 12, therapy: "CBT"),
        DemoProfile(codes: ["F43.23"], weight: 10, phq9: 8, therapy: "supportive"),
        trauma,
        DemoProfile(codes: ["F41.0"], weight: 5, phq9: 7, therapy: "CBT", measures: ["GAD-7"]),
        DemoProfile(codes: ["F40.10"], weight: 5, phq9: 7, therapy: "CBT", measures: ["GAD-7"]),
        DemoProfile(codes: ["F34.1"], weight: 4, phq9: 11, therapy: "CBASP"),
        DemoProfile(codes: ["F42.2"], weight: 3, phq9: 8, therapy: "ERP"),
        DemoProfile(codes: ["F33.2"], weight: 2, phq9: 18, therapy: "CBT"),
        DemoProfile(codes: ["F31.81"], weight: 2, phq9: 11, therapy: "IPSRT"),
        DemoProfile(codes: ["F60.3"], weight: 2, phq9: 14, therapy: "DBT"),
        DemoProfile(codes: ["F10.20"], weight: 2, phq9: 10, therapy: "motivational", measures: ["AUDIT-C"]),
        DemoProfile(codes: ["F50.01"], weight: 1, phq9: 11, therapy: "CBT-E"),
        // As some programs write it.
        DemoProfile(codes: ["F411"], weight: 2, phq9: 8, therapy: "ACT", measures: ["GAD-7"]),
        DemoProfile(codes: [], weight: 2, phq9: 7, therapy: "supportive"),
    ]
    static let trauma = DemoProfile(codes: ["F43.10"], weight: 11, phq9: 13, therapy: "", measures: ["PCL-5"])
    static let minors: [DemoProfile] = [
        DemoProfile(codes: ["F41.1"], weight: 5, phq9: 8, therapy: "CBT", measures: ["GAD-7"]),
        DemoProfile(codes: ["F32.1"], weight: 3, phq9: 12, therapy: "IPT-A"),
        DemoProfile(codes: ["F93.0"], weight: 1, phq9: 6, therapy: "CBT"),
        DemoProfile(codes: ["F90.2", "F41.1"], weight: 1, phq9: 7, therapy: "CBT"),
    ]
    static let traumaTherapies = ["CPT", "PE", "EMDR"]
}

extension DemoClient {
    /// Puts on file what such a client's record usually holds: codes, a therapy, and screens on days of attended
    /// sessions.
    mutating func keepRecord(_ profile: DemoProfile, isMinor: Bool, _ dice: inout DemoDice) {
        diagnoses = profile.codes
        part2 = profile.codes.contains { $0.hasPrefix("F10") }
        let visits = sessions.filter { $0.status == .attended }
        let isTrauma = profile.codes == DemoProfile.trauma.codes
        treatment = DemoTreatment(
            name: isTrauma ? dice.pick(DemoProfile.traumaTherapies) : profile.therapy, traumaFocused: isTrauma,
            sessionsAttended: isTrauma ? dice.number(in: 9...16) : visits.count)
        takeScreens(on: visits.map(\.day), profile, isMinor ? "PHQ-A" : "PHQ-9", &dice)
        if dice.chance(perMille: 300) {
            let day = visits.first?.day ?? firstContactOn
            medications.append(DemoMedication(drugClass: "antidepressant", status: "adherent", day: day))
        }
    }

    /// Every four to eight weeks; each time a little better. One practice in twelve files has no screen for half a
    /// year.
    private mutating func takeScreens(
        on days: [LocalDay], _ profile: DemoProfile, _ phq: String, _ dice: inout DemoDice
    ) {
        let answersItem9 = dice.chance(perMille: 150)
        let stopped = dice.chance(perMille: 80) ? days.last?.adding(days: -200) : nil
        var due = days.first
        var usual = max(1, profile.phq9 + dice.number(in: -3...3))
        var pcl5 = dice.number(in: 38...56)
        for day in days {
            guard let next = due, day >= next else { continue }
            if let stopped, day > stopped { return }
            due = day.adding(days: dice.number(in: 28...56))
            let item9 = answersItem9 && dice.chance(perMille: 400) ? dice.pick([1, 1, 1, 2]) : 0
            let total = min(27, max(item9, usual + dice.number(in: -3...3)))
            screens.append(DemoScreen(instrument: phq, day: day, total: total, item9: item9))
            // Nine times of ten a positive answer is followed up in the same session.
            if item9 > 0, dice.chance(perMille: 900) {
                screens.append(
                    DemoScreen(
                        instrument: "C-SSRS-screener", day: day, ideation: dice.pick([0, 1, 1, 2]), behaviour: false))
            }
            for measure in profile.measures {
                let value =
                    switch measure {
                    case "PCL-5": pcl5
                    case "AUDIT-C": dice.number(in: 3...9)
                    default: min(21, max(0, usual + dice.number(in: -2...4)))
                    }
                screens.append(DemoScreen(instrument: measure, day: day, total: value))
            }
            if usual > 4, dice.chance(perMille: 300) { usual -= 1 }
            pcl5 = min(80, max(8, pcl5 + dice.number(in: -4...3)))
        }
    }
}
