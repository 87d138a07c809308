/// What a session that did not take place would have covered, from what is on file: "to pick up when you reach them".
package struct OpportunityRules: Sendable, Hashable {
    /// A questionnaire that comes round.
    package struct DueScreen: Sendable, Hashable {
        package enum Who: String, Sendable, Hashable, CaseIterable {
            case everyone
            /// Clients in a trauma-focused protocol.
            case traumaFocused = "trauma_focused"
            /// Clients who have filled it in before.
            case onFile = "on_file"
        }

        /// A name that `Screen.Instrument` knows; shown as it is.
        package var name: String
        package var everyDays: Int
        package var who: Who
        package var basis: String
        let instrument: Screen.Instrument
        let rule: RuleID

        init(reading reader: ConfigReader) {
            name = reader.text("instrument")
            instrument = Screen.Instrument(named: name)
            rule =
                RuleID(policyKey: "due_" + name.lowercased().filter { $0.isLetter || $0.isNumber }) ?? "due_screen"
            if instrument == .unlisted {
                reader.issue("\(reader.name("instrument")): vigil does not know '\(name)'")
            }
            everyDays = reader.integer("every_days", in: 1...730)
            who = reader.choice("for", Who.self)
            basis = reader.text("basis")
            reader.refuseUnknownKeys()
        }
    }

    package var screens: [DueScreen]

    /// Carries words of the store.
    package static let nextStep: RuleID = "next_step"

    init(reading reader: ConfigReader) {
        screens = reader.sections("assessments").map { DueScreen(reading: $0) }
        reader.refuseUnknownKeys()
    }

    /// - Returns: findings with a day and a sentence each; what is due first, then what has happened, then the next step.
    package func toPickUp(
        _ sessions: [ClassifiedSession], _ clinical: ClinicalRecord, today: LocalDay
    ) -> [Finding] {
        var found = screens.compactMap { due($0, clinical, today) }
        if let day = clinical.carePlan?.safetyPlanReviewOn.value, day <= today {
            found.append(
                present(
                    "safety_plan_review", day, "the safety plan was to be looked at together by \(words(day, today))"))
        }
        let last = sessions.indices.last { sessions[$0].outcome.isAttended && sessions[$0].day <= today }
        if let last {
            found += events(clinical, after: sessions[last].day, today)
        }
        if let step = clinical.carePlan?.nextStep, !step.isEmpty {
            found.append(present(Self.nextStep, nil, "the next step planned: \(step)"))
        }
        return found
    }

    private func due(_ screen: DueScreen, _ clinical: ClinicalRecord, _ today: LocalDay) -> Finding? {
        var last: LocalDay?
        for answered in clinical.screens where answered.instrument == screen.instrument && answered.hasReadableAnswer {
            if let day = answered.day.value, day <= today { last = max(last ?? day, day) }
        }
        let name = screen.name
        switch screen.who {
        case .everyone: break
        case .traumaFocused: guard clinical.treatment?.traumaFocused.value == true else { return nil }
        case .onFile: guard last != nil else { return nil }
        }
        guard let last else {
            return Finding(
                screen.rule, nil, .unknown, reason: FindingWords(seenFrom: today) { _ in "no \(name) is on file" },
                basis: screen.basis)
        }
        guard today.days(since: last) >= screen.everyDays else { return nil }
        return Finding(
            screen.rule, nil, .present, day: last,
            reason: FindingWords(day: last, seenFrom: today) { "the \(name) was last filled in on \($0.dayWords)" },
            basis: screen.basis)
    }

    private func events(_ clinical: ClinicalRecord, after last: LocalDay, _ today: LocalDay) -> [Finding] {
        func isSince(_ day: LocalDay) -> Bool { day > last && day <= today }
        var found: [Finding] = []
        if let day = clinical.admissions.compactMap(\.dischargedOn.value).filter(isSince).max() {
            found.append(present("since_discharge", day, "left hospital on \(words(day, today))"))
        }
        if let day = clinical.emergencyVisits.compactMap(\.day.value).filter(isSince).max() {
            found.append(
                present("since_emergency_visit", day, "was in an emergency department on \(words(day, today))"))
        }
        if let day = clinical.medication.compactMap(\.day.value).filter(isSince).max() {
            found.append(present("since_medication", day, "something changed with medication on \(words(day, today))"))
        }
        if let day = clinical.therapistChangedOn.value, isSince(day) {
            found.append(present("since_therapist", day, "has a new therapist since \(words(day, today))"))
        }
        if let date = clinical.traumaAnniversary.value, let day = date.occurrence(from: last, to: today) {
            found.append(
                present(
                    "since_anniversary", day, "a date that they have told us about has passed: \(words(day, today))"))
        }
        return found
    }

    private func present(_ rule: RuleID, _ day: LocalDay?, _ reason: String) -> Finding {
        Finding(rule, nil, .present, day: day, reason: FindingWords(reason))
    }

    private func words(_ day: LocalDay, _ today: LocalDay) -> String { day.words(seenFrom: today) }
}

extension Screen {
    /// Whether anything of it can be read: an empty form is not an answer.
    fileprivate var hasReadableAnswer: Bool {
        total.value != nil || item9.value != nil || ideationLevel.value != nil
    }
}

extension Anniversary {
    /// The latest occurrence after `from` and not after `to`.
    fileprivate func occurrence(from: LocalDay, to: LocalDay) -> LocalDay? {
        for year in [to.civil.year, to.civil.year - 1] {
            let day = LocalDay(year: year, month: month, day: day) ?? LocalDay(year: year, month: month, day: 28)
            if let day, day > from, day <= to { return day }
        }
        return nil
    }
}
