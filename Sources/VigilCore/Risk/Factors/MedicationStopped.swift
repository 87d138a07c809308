/// `medication_stopped`: a psychotropic stopped or not taken. The newest entry of a class decides; on one day the worse.
package struct MedicationStopped: RiskFactor {
    package static let id: RuleID = "medication_stopped"
    package static let domain = Domain.medication

    private let relapsePreventing: [Band]
    private let other: [Band]

    package init(reading reader: ConfigReader) {
        let first = reader.section("antipsychotic_lithium_mood_stabiliser")
        relapsePreventing = first.bands()
        first.refuseUnknownKeys()
        let second = reader.section("other_psychotropic")
        other = second.bands()
        second.refuseUnknownKeys()
    }

    package func finding(in evidence: Evidence) -> Finding {
        if evidence.clinical.medication.isEmpty { return unknown("no medication history is on file") }
        var best: Finding?
        for drugClass in MedicationEntry.Class.allCases {
            guard let entry = deciding(drugClass, evidence) else { continue }
            let bands = drugClass == .antidepressant || drugClass == .other ? other : relapsePreventing
            // Without a readable date a stop counts as long ago.
            let age = evidence.age(entry.day) ?? .max
            guard let band = bands.row(age: age) else { continue }
            let words = evidence.words(entry.day.value, drugClass.rawValue) { facts in
                let name = MedicationEntry.Class(rawValue: facts.number)?.words ?? ""
                return "\(name) stopped or not taken\(facts.day == nil ? ", undated" : " \(facts.onDay)")"
            }
            let finding = present(band, day: entry.day.value, words)
            if best.map({ $0.points < finding.points }) ?? true { best = finding }
        }
        return best ?? absent("no medication on file as stopped or not taken")
    }

    /// The entry that decides for a class, if it says stopped or not taken.
    private func deciding(_ drugClass: MedicationEntry.Class, _ evidence: Evidence) -> MedicationEntry? {
        var newest: MedicationEntry?
        for entry in evidence.clinical.medication where entry.drugClass == drugClass && entry.status != .unlisted {
            if let day = entry.day.value, evidence.age(day) == nil { continue }
            guard let held = newest else {
                newest = entry
                continue
            }
            let order = (entry.day.value?.number ?? .min, held.day.value?.number ?? .min)
            if order.0 > order.1 || (order.0 == order.1 && entry.status != .adherent) { newest = entry }
        }
        return newest.flatMap { $0.status == .adherent ? nil : $0 }
    }
}

extension MedicationEntry.Class {
    package var words: String {
        switch self {
        case .antipsychotic: "antipsychotic"
        case .lithium: "lithium"
        case .moodStabiliser: "mood stabiliser"
        case .antidepressant: "antidepressant"
        case .other: "psychotropic medication"
        }
    }
}
