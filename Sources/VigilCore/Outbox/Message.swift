/// What may be said to a person outside: a page, a digest, an operator alert.
///
/// Privacy is a type here. There is no field for a name, a store id, a date or free text: a kind, random ids, counts. A
/// channel renders it with `MessageText`; whoever wants to say more finds no room for it (I20).
package struct Message: Sendable, Hashable, Codable {
    package enum Content: Sendable, Hashable, Codable {
        /// Asks for an acknowledgement of a `now` follow-up.
        case page(FollowUpID, AcknowledgementCode)
        /// The weekly test: asks for an acknowledgement, and for nothing else.
        case testPage(FollowUpID, AcknowledgementCode)
        /// What a page asked for is settled: acknowledged, or its follow-up is closed.
        case settled(FollowUpID)
        /// Nobody could be reached for a page: the fallback alarm (I10).
        case notAccepted(FollowUpID)
        /// A therapist's follow-ups, once a day.
        case digest(Digest)
        case operatorAlert(OperatorAlert, isOver: Bool)
    }

    /// Counts of a person's open follow-ups.
    package struct Digest: Sendable, Hashable, Codable {
        /// By `Tier.rawValue`.
        package var open: [String: Int]
        package var overdue: Int
        /// True when the store could not be read lately: the counts may be too small.
        package var mayBeMissing: Bool

        package init(open: [String: Int], overdue: Int, mayBeMissing: Bool) {
            self.open = open
            self.overdue = overdue
            self.mayBeMissing = mayBeMissing
        }
    }

    package var content: Content
    /// The same for every try to send it, so that a receiver can tell a duplicate (I13).
    package var key: DeliveryKey

    package init(_ content: Content, key: DeliveryKey) {
        self.content = content
        self.key = key
    }

    /// Whether it may not wait for anything: no digest, throttle or quiet hour (I14).
    package var isUrgent: Bool {
        switch content {
        case .page, .notAccepted: true
        case .testPage, .settled, .digest, .operatorAlert: false
        }
    }
}

/// The idempotency key of a message: random ids and small numbers only, so that it may leave the machine.
package struct DeliveryKey: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 1 to 48 characters of `A-Z0-9-`.
    package let text: String

    /// A page of a follow-up (or of a test), by its number.
    package init(page id: FollowUpID, number: Int) {
        text = "\(id.text)-\(number)"
    }

    /// An alarm about a paging; its time tells one from the next.
    package init(alarm id: FollowUpID, at now: WallTime) {
        text = "\(id.text)-A\(abs(now.seconds))"
    }

    /// A message that stands for itself.
    package init(from random: inout some RandomSource) {
        text = FollowUpID(from: &random).text
    }

    /// - Returns: nil when it is not such a key.
    package init?(_ text: String) {
        guard (1...48).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        guard let key = DeliveryKey(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a delivery key"))
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }
}

/// What acknowledges one page, once: 80 random bits, in the form of a follow-up's id. Never a client's data.
package struct AcknowledgementCode: Sendable, Hashable, Codable {
    package let text: String

    package init(from random: inout some RandomSource) {
        text = FollowUpID(from: &random).text
    }

    /// Reads what a person typed, as `FollowUpID` does.
    package init?(_ typed: String) {
        guard let id = FollowUpID(typed) else { return nil }
        text = id.text
    }

    package init(from decoder: any Decoder) throws {
        guard let code = AcknowledgementCode(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an acknowledgement code"))
        }
        self = code
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// What the operator is told, on a route of its own: faults of vigil and its surroundings, never a client's matter.
package enum OperatorAlert: String, Sendable, Hashable, Codable, CaseIterable {
    case storeStale = "store_stale"
    case ledgerFailing = "ledger_failing"
    /// Nobody is on call at some time of the next 90 days, or now.
    case scheduleGap = "schedule_gap"
    case channelFailing = "channel_failing"
    case auditBroken = "audit_broken"
    case reloadFailed = "reload_failed"
    /// The policy is not approved: vigil lists and pages nobody.
    case shadowMode = "shadow_mode"
    /// The weekly test page was not acknowledged in time.
    case testPageUnanswered = "test_page_unanswered"
    /// The auditor found a `now` follow-up without a live timer, and gave it one.
    case timerRepaired = "timer_repaired"
    case clockStepped = "clock_stepped"
    /// Follow-ups could not be written to the practice's system as Tasks for an hour.
    case tasksNotWritten = "tasks_not_written"

    /// Its name where rules are named.
    package var rule: RuleID { RuleID(policyKey: rawValue) ?? "operator_alert" }

    /// What is wrong and what to do, without a value out of anybody's record.
    package var words: String {
        switch self {
        case .storeStale:
            "the appointment store could not be read for too long: the queue may be missing people."
                + " Check the store, then 'vigil status'"
        case .ledgerFailing:
            "the ledger cannot be written: nothing new is recorded. Check the disk, then 'vigil status'"
        case .scheduleGap:
            "the on-call schedule names nobody at some time: pages go to the fallback then. Run 'vigil oncall gaps'"
        case .channelFailing: "a channel does not take messages. Run 'vigil status', then 'vigil channel test'"
        case .auditBroken: "the audit chain does not hold. Run 'vigil audit verify'"
        case .reloadFailed: "a new configuration was refused and the old one is kept. Run 'vigil config check'"
        case .shadowMode: "the policy is not approved: vigil lists follow-ups and pages nobody"
        case .testPageUnanswered: "the weekly test page was not acknowledged. Find out whether pages arrive"
        case .timerRepaired: "a follow-up to make now had no timer, and was given one. Please report this"
        case .clockStepped: "the machine's clock was moved. Deadlines follow the clock; check the time service"
        case .tasksNotWritten:
            "follow-ups could not be written as Tasks for an hour: the practice's system shows an older state of them."
                + " Vigil's own queue is whole. Run 'vigil doctor'"
        }
    }
}
