/// Who has how much to do now: `vigil.caseload/1`. Counts, no client data.
package struct CaseloadDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.caseload/1"
    package var generatedAt: String
    package var total: Share
    /// Most open first.
    package var therapists: [TherapistRow]
    /// Most open first: who has taken them, and the roles that answer for those that nobody has taken.
    package var holders: [HolderRow]

    package init(_ caseload: Caseload, generatedAt: String, names: [TherapistRef: String]) {
        self.generatedAt = generatedAt
        total = Share(caseload.total)
        therapists = caseload.therapists.map { therapist, share in
            TherapistRow(
                therapist: therapist.map { names[$0] ?? "(not listed)" } ?? "(no therapist)", share: Share(share))
        }.sorted { ($1.share.open, $0.therapist) < ($0.share.open, $1.therapist) }
        holders = caseload.holders.map { holder, share in
            let isPerson = if case .person = holder { true } else { false }
            return HolderRow(holder: holder.text, isPerson: isPerson, share: Share(share))
        }.sorted { ($1.share.open, $0.holder) < ($0.share.open, $1.holder) }
    }

    package struct Share: Sendable, Hashable, Codable {
        package var open: Int
        /// Every tier has a count.
        package var tiers: [String: Int]
        package var overdue: Int
        package var notTaken: Int
        /// How long the oldest has been open, in whole days; nil when nothing is.
        package var oldestDays: Int?

        init(_ share: Caseload.Share) {
            open = share.open
            tiers = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0.rawValue, share.tiers[$0] ?? 0) })
            overdue = share.overdue
            notTaken = share.notTaken
            oldestDays = share.oldestDays
        }

        enum CodingKeys: String, CodingKey {
            case open, tiers, overdue
            case notTaken = "not_taken"
            case oldestDays = "oldest_days"
        }
    }

    package struct TherapistRow: Sendable, Hashable, Codable {
        package var therapist: String
        package var share: Share
    }

    package struct HolderRow: Sendable, Hashable, Codable {
        /// A person's id, or a role.
        package var holder: String
        package var isPerson: Bool
        package var share: Share

        enum CodingKeys: String, CodingKey {
            case holder, share
            case isPerson = "person"
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema, total, therapists, holders
        case generatedAt = "generated_at"
    }
}
