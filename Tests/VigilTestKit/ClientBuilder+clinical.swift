package import VigilCore

/// What is on file about the client, by day offset; a nil day is absent.
extension ClientBuilder {
    /// The reading of a day offset.
    package func reading(_ offset: Int?) -> Reading<LocalDay> {
        offset.map { .value(day($0)) } ?? .absent
    }

    package func columbia(
        on offset: Int?, level: Reading<Int> = .absent, behaviour: Reading<Bool> = .absent
    ) -> ClientBuilder {
        screen(.columbia, on: offset) { screen in
            screen.ideationLevel = level
            screen.behaviour = behaviour
        }
    }

    package func columbia(on offset: Int?, level: Int) -> ClientBuilder {
        columbia(on: offset, level: .value(level))
    }

    package func phq9(
        on offset: Int?, item9: Reading<Int> = .absent, total: Reading<Int> = .absent
    ) -> ClientBuilder {
        screen(.phq9, on: offset) { screen in
            screen.item9 = item9
            screen.total = total
        }
    }

    package func phq9(on offset: Int?, item9: Int) -> ClientBuilder {
        phq9(on: offset, item9: .value(item9))
    }

    package func screen(
        _ instrument: Screen.Instrument, on offset: Int?, total: Reading<Int>
    ) -> ClientBuilder {
        screen(instrument, on: offset) { $0.total = total }
    }

    package func screen(
        _ instrument: Screen.Instrument, on offset: Int?, _ fill: (inout Screen) -> Void = { _ in }
    ) -> ClientBuilder {
        var screen = Screen(instrument: instrument, day: reading(offset))
        fill(&screen)
        return changed { $0.clinical.screens.append(screen) }
    }

    package func attempt(on offset: Int?, isListed: Bool = true) -> ClientBuilder {
        attempt(on: reading(offset), isListed: isListed)
    }

    package func attempt(on day: Reading<LocalDay>, isListed: Bool = true) -> ClientBuilder {
        changed { $0.clinical.attempts.append(SuicideAttempt(day: day, hasListedType: isListed)) }
    }

    package func selfInjury(on offset: Int?) -> ClientBuilder {
        changed { $0.clinical.selfInjuries.append(SelfInjury(day: reading(offset))) }
    }

    package func discharge(
        on offset: Int?, suicideRelated: Reading<Bool> = .absent, isPsychiatric: Bool = true
    ) -> ClientBuilder {
        discharge(on: reading(offset), suicideRelated: suicideRelated, isPsychiatric: isPsychiatric)
    }

    package func discharge(
        on day: Reading<LocalDay>, suicideRelated: Reading<Bool> = .absent, isPsychiatric: Bool = true
    ) -> ClientBuilder {
        changed {
            $0.clinical.admissions.append(
                Admission(dischargedOn: day, isPsychiatric: isPsychiatric, suicideRelated: suicideRelated))
        }
    }

    package func emergencyVisit(on offset: Int?, suicideRelated: Reading<Bool> = .absent) -> ClientBuilder {
        emergencyVisit(on: reading(offset), suicideRelated: suicideRelated)
    }

    package func emergencyVisit(
        on day: Reading<LocalDay>, suicideRelated: Reading<Bool> = .absent
    ) -> ClientBuilder {
        changed { $0.clinical.emergencyVisits.append(EmergencyVisit(day: day, suicideRelated: suicideRelated)) }
    }

    package func medication(
        _ drugClass: MedicationEntry.Class, _ status: MedicationEntry.Status, on offset: Int?
    ) -> ClientBuilder {
        changed {
            $0.clinical.medication.append(
                MedicationEntry(drugClass: drugClass, status: status, day: reading(offset)))
        }
    }

    package func diagnosed(_ codes: String...) -> ClientBuilder {
        changed { $0.clinical.diagnoses += codes }
    }

    package func flag(_ active: Reading<Bool>, since offset: Int? = nil) -> ClientBuilder {
        changed { $0.clinical.clinicianFlag = ClinicianFlag(active: active, since: reading(offset)) }
    }

    package func firstContact(on offset: Int?) -> ClientBuilder {
        changed { $0.client.firstContactOn = reading(offset) }
    }

    /// Born so that the client is `years` old on day `offset` and not before.
    package func turns(_ years: Int, on offset: Int) -> ClientBuilder {
        let (year, month, day) = day(offset).civil
        return changed {
            $0.client.bornOn = LocalDay(year: year - years, month: month, day: day).map { .value($0) } ?? .invalid
        }
    }

    package func treatment(traumaFocused: Reading<Bool>, attended: Reading<Int>) -> ClientBuilder {
        changed {
            $0.clinical.treatment = Treatment(
                protocolName: "CPT", traumaFocused: traumaFocused, sessionsAttended: attended)
        }
    }

    package func standing(_ standing: ClientRecord.Standing) -> ClientBuilder {
        changed { $0.client.standing = standing }
    }

    package func unreadable(_ row: UnreadableRow) -> ClientBuilder {
        changed { $0.unreadable.append(row) }
    }
}
