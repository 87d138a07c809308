import VigilCore

/// Puts screens together: servers give a questionnaire as one Observation with components, as a panel with members, or as
/// items and totals that only share their client and time.
struct ScreenCollector {
    private let base: FHIRBase
    private let zone: Zone
    private var screens: [Key: [Draft]] = [:]

    private struct Key: Hashable {
        var client: String
        var instrument: String
        /// As it was written; nil for one without a date.
        var taken: String?
    }

    private struct Draft {
        var id: String
        var answers: [ScreenCodes.Place: ScreenAnswer] = [:]
    }

    init(base: FHIRBase, zone: Zone) {
        self.base = base
        self.zone = zone
    }

    private static let ignored: Set<String> = ["cancelled", "entered-in-error"]

    mutating func add(_ resource: FHIRElement) {
        guard !Self.ignored.contains(resource.text("status") ?? ""), let meaning = ScreenCodes.meaning(of: resource),
            let client = FHIRReference(resource["subject"], base: base), client.type == "Patient"
        else { return }
        var answers: [(ScreenCodes.Place, ScreenAnswer)] = [(meaning.place, ScreenAnswer(resource))]
        for component in resource.list("component") {
            guard let part = ScreenCodes.meaning(of: component), part.instrument == meaning.instrument else { continue }
            answers.append((part.place, ScreenAnswer(component)))
        }
        // The PHQ-9 panel's own value can only be its total; that of the C-SSRS is nothing that vigil reads.
        if meaning.place == .panel { answers[0].0 = .total }
        answers = answers.filter { $0.1 != .none && ($0.0 != .total || meaning.instrument != "C-SSRS-screener") }
        guard !answers.isEmpty else { return }
        let taken =
            resource.text("effectiveDateTime") ?? resource.text("effectiveInstant")
            ?? resource["effectivePeriod"]?.text("start")
        put(answers, id: resource.id ?? "", Key(client: client.id, instrument: meaning.instrument, taken: taken))
    }

    /// Into the first screen of the client and time that says nothing else; two that differ stay two.
    private mutating func put(_ answers: [(ScreenCodes.Place, ScreenAnswer)], id: String, _ key: Key) {
        var draft = Draft(id: id)
        for (place, answer) in answers {
            if let held = draft.answers[place], held != answer {
                // The same question answered twice in one record: both stand.
                screens[key, default: []].append(Draft(id: "\(id)#\(draft.answers.count)", answers: [place: answer]))
            } else {
                draft.answers[place] = answer
            }
        }
        // Without a date nothing says that two belong together.
        let index =
            key.taken == nil
            ? nil
            : screens[key]?.firstIndex { other in
                draft.answers.allSatisfy { other.answers[$0.key] ?? $0.value == $0.value }
            }
        guard let index else {
            screens[key, default: []].append(draft)
            return
        }
        screens[key]?[index].answers.merge(draft.answers) { held, _ in held }
        // The same whatever the order in which they come.
        if let held = screens[key]?[index].id, id < held { screens[key]?[index].id = id }
    }

    var rows: [SourceRow] {
        screens.flatMap { key, drafts in drafts.flatMap { rows(key, $0) } }
    }

    private func rows(_ key: Key, _ draft: Draft) -> [SourceRow] {
        let day = key.taken.map { FHIRTime($0, zone: zone)?.day.map { .text($0.iso) } ?? SourceValue.text($0) } ?? .null
        let levels = (1...5).compactMap { level in draft.answers[.ideation(level)].map { (level: level, answer: $0) } }
        var values: [String: SourceValue] = [
            "client_id": .text(key.client), "id": .text(draft.id), "instrument": .text(key.instrument), "taken_on": day,
        ]
        values["total"] = draft.answers[.total]?.score
        values["item9"] = draft.answers[.item9]?.score
        values["behaviour"] = draft.answers[.behaviour].map { $0.isYes.map(SourceValue.flag) ?? $0.score }
        let highest = levels.filter { $0.answer.isYes == true }.map(\.level).max()
        let unreadable = levels.last { $0.answer.isYes == nil }
        if let highest {
            values["ideation"] = .integer(Int64(highest))
        } else if let unreadable {
            values["ideation"] = Self.asUnreadable(unreadable.answer.score)
        } else if draft.answers[.ideation(1)]?.isYes == false, draft.answers[.ideation(2)]?.isYes == false {
            // The first two are always asked; no to both ends the questions about thoughts.
            values["ideation"] = .integer(0)
        }
        var rows = [SourceRow(.screen, named: values)]
        if let highest, let unreadable, unreadable.level > highest {
            // What was answered yes counts, and what cannot be read above it is asked about: neither hides the other.
            values["id"] = .text("\(draft.id)#unreadable")
            values["ideation"] = Self.asUnreadable(unreadable.answer.score)
            values["behaviour"] = nil
            values["total"] = nil
            rows.append(SourceRow(.screen, named: values))
        }
        return rows
    }

    /// A number that answers a yes-or-no question is no level: as a text it cannot be taken for one.
    private static func asUnreadable(_ value: SourceValue) -> SourceValue {
        if case .integer(let number) = value { return .text("answer \(number)") }
        return value
    }
}
