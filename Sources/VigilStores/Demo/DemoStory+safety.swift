internal import VigilCore

/// Groups whose record holds something that the policy has a floor or points for.
extension DemoStory {
    func tellOfSafety(_ group: DemoGroup, _ client: inout DemoClient) {
        guard let last = lastPast(of: client) else { return }
        let missDay = client.sessions[last].day
        switch group {
        case .columbiaRecent: columbia(&client, last)
        case .dischargeSuicideRelated: discharge(&client, missDay, suicideRelated: true)
        case .dischargeReasonUnknown: discharge(&client, missDay, suicideRelated: nil)
        case .dischargeOtherReason: discharge(&client, missDay, suicideRelated: false)
        case .attemptOnFile:
            let ages: [Int?] = [45, 150, 300, 500, 900, 1_500, 80, 2_200, 3_600, nil]
            client.events.append(
                DemoEvent(
                    kind: "attempt", day: ages[ordinal].map { missDay.adding(days: -$0) },
                    detail: ["actual", "interrupted", "aborted"][ordinal % 3]))
            client.safetyPlan = ordinal % 4 != 3
            miss(&client, upTo: 5)
        case .selfInjury:
            let ages: [Int?] = [30, 400, 120, nil]
            client.events.append(DemoEvent(kind: "self_injury", day: ages[ordinal].map { missDay.adding(days: -$0) }))
            miss(&client, upTo: 2)
        case .emergencyVisit:
            client.events.append(
                DemoEvent(
                    kind: "emergency_visit", day: missDay.adding(days: -12 - 6 * ordinal),
                    suicideRelated: [true, nil, false][ordinal]))
            miss(&client, upTo: 2)
        case .clinicianFlag:
            client.clinicianFlag = true
            client.clinicianFlagSince = missDay.adding(days: -20 - 15 * ordinal)
            client.safetyPlan = true
            miss(&client, upTo: 3)
            if ordinal == 3 { client.sessions[last].cancel(.lateCancel, hoursBefore: 5, reason: "no ride") }
        case .medicationStopped: stopMedication(&client, missDay)
        case .perinatal: perinatal(&client, missDay)
        case .inCare: client.sessions[last].mark(ordinal == 0 ? .missed : .excused, reason: "psychiatric_admission")
        case .continuityOwed: continuity(&client)
        default: return
        }
    }

    /// Asked in one of the last three sessions that the client came to; the last session was missed, one was not
    /// marked.
    private func columbia(_ client: inout DemoClient, _ last: Int) {
        guard last >= 3 else { return }
        let visit = last - 1 - ordinal % 3
        client.sessions[visit].mark(.attended)
        let day = client.sessions[visit].day
        client.screens.append(
            DemoScreen(instrument: "PHQ-9", day: day, total: 20 + ordinal, item9: ordinal % 2 == 0 ? 3 : 2))
        client.screens.append(
            DemoScreen(
                instrument: "C-SSRS-screener", day: day, ideation: ordinal % 2 == 0 ? 4 : 5, behaviour: ordinal == 1))
        client.safetyPlan = ordinal != 3
        client.emergencyContact = true
        client.sessions[last].mark(ordinal == DemoGroup.columbiaRecent.size - 1 ? .scheduled : .missed)
    }

    /// Two to twenty-five days ago, before the last session; sessions during the stay are excused.
    private func discharge(_ client: inout DemoClient, _ missDay: LocalDay, suicideRelated: Bool?) {
        let day = min(calendar.today.adding(days: -[2, 18, 5, 11][ordinal]), missDay.adding(days: -1))
        client.events.append(
            DemoEvent(kind: "discharge", day: day, detail: "psychiatric_inpatient", suicideRelated: suicideRelated))
        for index in client.sessions.indices where (1...9).contains(day.days(since: client.sessions[index].day)) {
            client.sessions[index].mark(.excused, reason: "hospital")
        }
        client.safetyPlan = suicideRelated == true
        miss(&client, upTo: 2)
    }

    private func stopMedication(_ client: inout DemoClient, _ missDay: LocalDay) {
        let drugClass = ["lithium", "antipsychotic", "mood_stabiliser", "antidepressant"][ordinal % 4]
        client.medications = [
            DemoMedication(drugClass: drugClass, status: "adherent", day: missDay.adding(days: -300)),
            DemoMedication(
                drugClass: drugClass, status: ordinal % 2 == 0 ? "stopped" : "nonadherent",
                day: missDay.adding(days: -20 - 30 * ordinal)),
        ]
        if ordinal % 4 != 3 { client.diagnoses = ordinal % 4 == 1 ? ["F25.0"] : ["F31.81"] }
        miss(&client, upTo: 4)
    }

    private func perinatal(_ client: inout DemoClient, _ missDay: LocalDay) {
        client.diagnoses = [["F53.0"], ["F32.1"], ["F33.1"]][ordinal]
        if ordinal == 1 {
            client.pregnant = true
        } else {
            client.deliveredOn = missDay.adding(days: -60 - 40 * ordinal)
        }
        miss(&client, upTo: 2)
    }

    /// The therapist was ill, and no later session is booked within two weeks.
    private func continuity(_ client: inout DemoClient) {
        let cancelled = client.sessions.lastIndex { calendar.isIllness($0.therapist, $0.day) }
        guard let cancelled else { return }
        let day = client.sessions[cancelled].day
        client.sessions[cancelled].cancel(.providerCancel, hoursBefore: 6, reason: "therapist ill")
        if ordinal == 0 {
            client.screens.append(
                DemoScreen(instrument: "C-SSRS-screener", day: day.adding(days: -7), ideation: 4, behaviour: false))
        } else {
            client.events.append(
                DemoEvent(
                    kind: "discharge", day: day.adding(days: -10), detail: "psychiatric_inpatient",
                    suicideRelated: ordinal == 1))
        }
        let until = calendar.today.adding(days: 15)
        client.sessions.removeAll { $0.day > day && $0.day < until }
    }
}
