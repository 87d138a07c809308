import VigilCore

extension CaseReader {
    mutating func clientRecord(_ object: [String: JSONValue]) -> ClientRecord {
        var client = ClientRecord(ref: ClientRef("example"))
        let age = noted(object["age"].integer(in: 0...130))
        // On 1 January: the age on the day of the session comes out as written, whatever that day is.
        client.bornOn = age.map { LocalDay(year: day.civil.year - $0, month: 1, day: 1) }
        let contact = noted(object["days_since_first_contact"].integer(in: -3_660...36_600))
        client.firstContactOn = contact.map { day.adding(days: -$0) }
        client.part2 = noted(object["part2_program_client"].flag).value ?? false
        if let standing = noted(object["standing"].text).value.flatMap(ClientRecord.Standing.init(rawValue:)) {
            client.standing = standing
        } else if !object["standing"].isAbsent {
            note(.unreadableField)
        }
        return client
    }

    mutating func clinicalRecord(_ client: [String: JSONValue]) -> ClinicalRecord {
        var record = ClinicalRecord()
        for item in items("diagnoses", of: client) {
            if case .text(let code) = item { record.diagnoses.append(code) } else { note(.unreadableField) }
        }
        record.screens = items("assessments", of: object).map { screen($0) }
        record.attempts = items("attempts", of: client).map { attempt($0) }
        record.selfInjuries = items("nssi", of: client).map { item in
            SelfInjury(day: fields(item).map { noted(day($0["day"])) } ?? .invalid)
        }
        record.admissions = items("admissions", of: client).compactMap { admission($0) }
        record.emergencyVisits = items("ed_visits", of: client).map { item in
            guard let visit = fields(item) else { return EmergencyVisit(day: .invalid, suicideRelated: .invalid) }
            return EmergencyVisit(day: day(visit["day"]), suicideRelated: noted(visit["suicide_related"].flag))
        }
        record.medication = items("medication", of: client).compactMap { medication($0) }
        record.clinicianFlag = clinicianFlag(client["high_risk_flag"])
        record.treatment = treatment(client["treatment"])
        record.carePlan = carePlan(client["care_plan"])
        record.pregnant = noted(client["pregnant"].flag)
        record.deliveredOn = noted(client["days_postpartum"].integer(in: 0...36_600)).map { day.adding(days: -$0) }
        record.safetyPlanOnFile = noted(client["safety_plan_on_file"].flag)
        record.emergencyContactOnFile = noted(client["emergency_contact_on_file"].flag)
        record.guardianContactOnFile = noted(client["guardian_contact_on_file"].flag)
        record.therapistChangedOn = noted(day(client["therapist_change_day"]))
        record.traumaAnniversary = noted(day(client["trauma_anniversary_day"])).map {
            Anniversary(month: $0.civil.month, day: $0.civil.day)
        }
        return record
    }

    /// The same reading; an unreadable one is a problem that is reported.
    private mutating func noted<Value>(_ reading: Reading<Value>) -> Reading<Value> {
        if reading.isInvalid { note(.unreadableField) }
        return reading
    }

    private mutating func screen(_ item: JSONValue) -> Screen {
        guard let fields = fields(item) else {
            // It may have been a C-SSRS: unreadable, not absent.
            var screen = Screen(instrument: .columbia, day: .invalid)
            screen.ideationLevel = .invalid
            return screen
        }
        let name = noted(fields["instrument"].text)
        let instrument = name.value.map { Screen.Instrument(named: $0) } ?? .unlisted
        var screen = Screen(instrument: instrument, day: day(fields["day"]))
        switch instrument {
        case .columbia:
            screen.ideationLevel = fields["ideation_max"].integer(in: Screen.ideationRange)
            screen.behaviour = fields["behavior_past_3_months"].flag
        case .phq9:
            screen.item9 = fields["item9"].integer(in: Screen.item9Range)
            screen.total = fields["total"].integer(in: Screen.totalRange(of: instrument))
        case .pcl5, .auditC, .gad7:
            screen.total = fields["total"].integer(in: Screen.totalRange(of: instrument))
        case .clinicianAssessment, .unlisted: break
        }
        return screen
    }

    private mutating func attempt(_ item: JSONValue) -> SuicideAttempt {
        // Something stands in the list of attempts: it counts, and its day is not known.
        guard let fields = fields(item) else { return SuicideAttempt(day: .invalid, hasListedType: false) }
        let listed = ["actual", "interrupted", "aborted"].contains(fields["type"].text.value ?? "")
        return SuicideAttempt(day: day(fields["day"]), hasListedType: listed)
    }

    private mutating func admission(_ item: JSONValue) -> Admission? {
        guard let fields = fields(item) else {
            return Admission(dischargedOn: .invalid, isPsychiatric: true, suicideRelated: .invalid)
        }
        let kind = fields["kind"].text
        // Only psychiatric_* is an input (clinical.md section 2); a kind that is not known is reported.
        if kind.value == nil { note(.unreadableField) }
        return Admission(
            dischargedOn: day(fields["discharge_day"]), isPsychiatric: kind.value?.hasPrefix("psychiatric_") ?? false,
            suicideRelated: noted(fields["suicide_related"].flag))
    }

    private mutating func medication(_ item: JSONValue) -> MedicationEntry? {
        guard let fields = fields(item) else { return nil }
        let drugClass: MedicationEntry.Class
        switch fields["class"].text.value {
        case "antipsychotic": drugClass = .antipsychotic
        case "lithium": drugClass = .lithium
        case "mood_stabiliser": drugClass = .moodStabiliser
        case "antidepressant": drugClass = .antidepressant
        case "other": drugClass = .other
        default:
            note(.unreadableField)
            drugClass = .other
        }
        let status: MedicationEntry.Status
        switch fields["status"].text.value {
        case "adherent": status = .adherent
        case "stopped": status = .stopped
        case "nonadherent": status = .nonadherent
        default: status = .unlisted
        }
        return MedicationEntry(drugClass: drugClass, status: status, day: noted(day(fields["day"])))
    }

    private mutating func clinicianFlag(_ value: JSONValue?) -> ClinicianFlag {
        guard !value.isAbsent else { return ClinicianFlag() }
        if case .object(let fields) = value {
            return ClinicianFlag(active: fields["active"].flag, since: noted(day(fields["since_day"])))
        }
        // A bare true or false can only mean one thing; anything else is a safety field that cannot be read.
        return ClinicianFlag(active: value.flag)
    }

    private mutating func treatment(_ value: JSONValue?) -> Treatment? {
        guard !value.isAbsent else { return nil }
        guard case .object(let fields) = value else {
            note(.unreadableField)
            return nil
        }
        return Treatment(
            protocolName: fields["protocol"].text.value ?? "",
            traumaFocused: noted(fields["trauma_focused"].flag),
            sessionsAttended: noted(fields["protocol_sessions_attended"].integer(in: 0...10_000)))
    }

    private mutating func carePlan(_ value: JSONValue?) -> CarePlan? {
        guard !value.isAbsent else { return nil }
        guard case .object(let fields) = value else {
            note(.unreadableField)
            return nil
        }
        var plan = CarePlan()
        plan.cadenceDays = noted(fields["cadence_days"].integer(in: CarePlan.cadenceRange))
        plan.safetyPlanReviewOn = noted(day(fields["safety_plan_review_day"]))
        plan.nextStep = noted(fields["next_step"].text).value
        return plan
    }
}
