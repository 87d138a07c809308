/// `practice.yaml`: the practice's own affairs. No clinical number stands here, and an edit voids no approval.
package struct PracticeRules: Sendable, Hashable {
    /// ISO 4217, for example `USD`.
    package var currency: String
    package var fees: Fees
    /// Nil when the practice has none: then no fee ever applies.
    package var cancellation: CancellationPolicy?
    /// How many days ahead free hours are looked for.
    package var slotDays: Int

    /// What a session is worth.
    package struct Fees: Sendable, Hashable {
        package var standard: Money
        package var byKind: [String: Money]

        /// A client's own fee stands in place of the standard one; a kind with a price of its own costs everybody the same.
        package func fee(kind: String, coverage: Coverage?) -> Money {
            byKind[kind] ?? coverage?.ownFee.value.map(Money.init(cents:)) ?? standard
        }
    }

    package static let version = "vigil.practice/1"

    package init(reading reader: ConfigReader) {
        if reader.text("version") != Self.version {
            reader.issue("version must be '\(Self.version)'; this vigil knows no other")
        }
        currency = reader.text("currency")
        if currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
            reader.issue("currency must be three capital letters, such as USD")
        }
        let section = reader.section("fees")
        var byKind: [String: Money] = [:]
        let kinds = section.section("by_kind", required: false)
        for (kind, _) in kinds.keys { byKind[kind] = kinds.money(kind) }
        fees = Fees(standard: section.money("standard"), byKind: byKind)
        section.refuseUnknownKeys()
        cancellation =
            reader.has("cancellation") ? CancellationPolicy(reading: reader.section("cancellation")) : nil
        slotDays = reader.integer("free_hours_days", in: 1...90, default: 14)
        reader.refuseUnknownKeys()
    }
}

extension ConfigReader {
    /// An amount such as 160.00.
    package func money(_ key: String) -> Money {
        let text = text(key)
        guard let money = Money(text) else {
            if !text.isEmpty { issue("\(name(key)) must be an amount such as 160.00", at: node(key)?.place) }
            return Money(cents: 0)
        }
        return money
    }
}
