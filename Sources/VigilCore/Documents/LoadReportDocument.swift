/// `vigil report load`: `vigil.load_report/1`.
package struct LoadReportDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.load_report/1"
    package var generatedAt: String
    package var from: String
    package var to: String
    package var workingDays: Int
    package var missed: Int
    package var whole: ShareRow
    /// For each tier: follow-ups, their share of the missed sessions, and the clinic's target.
    package var tiers: [TierRow]
    package var therapists: [TherapistRow]
    package var days: [DayRow]

    package init(_ report: LoadReport, generatedAt: String, targets: LoadTargets, names: [TherapistRef: String]) {
        self.generatedAt = generatedAt
        from = report.from.iso
        to = report.to.iso
        workingDays = report.workingDays
        missed = report.missed
        whole = ShareRow(report.whole, perDay: report.tenthsPerDay(report.whole))
        tiers = Tier.allCases.reversed().map { tier in
            TierRow(
                tier: tier, followUps: report.whole.tiers[tier] ?? 0, perMilleOfMisses: report.perMilleOfMisses(tier),
                targetPerMille: targets.percentOfMisses[tier].map { $0 * 10 })
        }
        therapists = report.therapists.map { entry in
            TherapistRow(
                therapist: entry.therapist.map { names[$0] ?? "(not listed)" },
                share: ShareRow(entry.share, perDay: report.tenthsPerDay(entry.share)))
        }
        days = report.days.map { DayRow(day: $0.day.iso, followUps: $0.followUps) }
    }

    package struct ShareRow: Sendable, Hashable, Codable {
        package var followUps: Int
        package var checkUps: Int
        package var tiers: [String: Int]
        /// On a working day, in tenths.
        package var tenthsPerDay: Int
        package var firstAttempt: LoadReport.Times
        package var contact: LoadReport.Times
        package var closure: LoadReport.Times
        package var overdue: Int
        package var stillOpen: Int

        init(_ share: LoadReport.Share, perDay: Int) {
            followUps = share.followUps
            checkUps = share.checkUps
            tiers = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0.rawValue, share.tiers[$0] ?? 0) })
            tenthsPerDay = perDay
            firstAttempt = share.firstAttempt
            contact = share.contact
            closure = share.closure
            overdue = share.overdue
            stillOpen = share.stillOpen
        }

        enum CodingKeys: String, CodingKey {
            case tiers, contact, closure, overdue
            case followUps = "follow_ups"
            case checkUps = "check_ups"
            case tenthsPerDay = "tenths_per_day"
            case firstAttempt = "first_attempt"
            case stillOpen = "still_open"
        }
    }

    package struct TierRow: Sendable, Hashable, Codable {
        package var tier: Tier
        package var followUps: Int
        package var perMilleOfMisses: Int?
        package var targetPerMille: Int?

        enum CodingKeys: String, CodingKey {
            case tier
            case followUps = "follow_ups"
            case perMilleOfMisses = "per_mille_of_misses"
            case targetPerMille = "target_per_mille"
        }
    }

    package struct TherapistRow: Sendable, Hashable, Codable {
        package var therapist: String?
        package var share: ShareRow
    }

    package struct DayRow: Sendable, Hashable, Codable {
        package var day: String
        package var followUps: Int

        enum CodingKeys: String, CodingKey {
            case day
            case followUps = "follow_ups"
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema, from, to, missed, whole, tiers, therapists, days
        case generatedAt = "generated_at"
        case workingDays = "working_days"
    }
}
