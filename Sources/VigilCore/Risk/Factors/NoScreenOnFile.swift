/// `no_screen_on_file`: nobody has asked for half a year, and something else is on file or the client is new.
package struct NoScreenOnFile: RiskFactor {
    package static let id: RuleID = "no_screen_on_file"
    package static let domain = Domain.unknown

    private let windowDays: Int
    private let newClientDays: Int
    private let band: Band

    package init(reading reader: ConfigReader) {
        windowDays = reader.integer("window_days", in: 1...3_650)
        newClientDays = reader.integer("new_client_days", in: 0...3_650)
        band = Band(
            values: 0...0, days: 0...0, points: reader.integer("points", in: 0...6), basis: reader.text("basis"))
    }

    package func finding(in evidence: Evidence) -> Finding {
        finding(in: evidence, after: [])
    }

    package func finding(in evidence: Evidence, after earlier: [Finding]) -> Finding {
        if hasBeenAsked(evidence) {
            return absent(evidence.words(nil, windowDays) { "a screen is on file in the \($0.number) days before" })
        }
        let somethingElse = earlier.contains { finding in
            finding.points > 0 && finding.domain.map { $0.isAtoE && $0 != .ideation } ?? false
        }
        guard somethingElse || isNew(evidence) else {
            return absent(
                evidence.words(nil, windowDays) {
                    "no screen in the \($0.number) days before, and nothing else on file that asks for one"
                })
        }
        return present(
            band, day: nil,
            evidence.words(nil, windowDays) { "no item 9 and no C-SSRS in the \($0.number) days before" })
    }

    private func hasBeenAsked(_ evidence: Evidence) -> Bool {
        evidence.clinical.screens.contains { screen in
            guard let age = evidence.age(screen.day), age <= windowDays else { return false }
            switch screen.instrument {
            case .phq9: return screen.item9.value != nil
            case .columbia: return screen.ideationLevel.value != nil
            default: return false
            }
        }
    }

    private func isNew(_ evidence: Evidence) -> Bool {
        guard let first = evidence.client.firstContactOn.value else { return false }
        return evidence.day.days(since: first) <= newClientDays
    }
}
