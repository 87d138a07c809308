/// What the clinic wants vigil to cost its people; `load` in the policy, shown beside what it does cost.
package struct LoadTargets: Sendable, Hashable {
    /// Share of missed sessions that may become follow-ups of a tier, in per cent.
    package var percentOfMisses: [Tier: Int]
    package var basis: String

    init(reading reader: ConfigReader) {
        let shares = reader.section("percent_of_misses")
        percentOfMisses = [:]
        for tier in Tier.allCases where shares.has(tier.rawValue) {
            percentOfMisses[tier] = shares.integer(tier.rawValue, in: 0...100)
        }
        shares.refuseUnknownKeys()
        basis = reader.text("basis")
        reader.refuseUnknownKeys()
    }
}
