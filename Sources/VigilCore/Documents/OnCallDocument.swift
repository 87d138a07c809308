/// `vigil oncall who`, `gaps` and `swap`: `vigil.oncall/1`. Staff and random ids, no client data.
package struct OnCallDocument: Sendable, Hashable, Codable {
    package struct Duty: Sendable, Hashable, Codable {
        package var person: PersonID
        /// Empty when no change is known.
        package var until: String
        /// The layer or override that says so, or `fallback`.
        package var source: String

        package init(person: PersonID, until: String, source: String) {
            self.person = person
            self.until = until
            self.source = source
        }
    }

    package struct Gap: Sendable, Hashable, Codable {
        package var from: String
        package var until: String

        package init(from: String, until: String) {
            self.from = from
            self.until = until
        }
    }

    /// A page that waits for an acknowledgement, or whose acknowledgement may end.
    package struct PageRow: Sendable, Hashable, Codable {
        package var id: String
        package var isTest: Bool
        package var state: Paging.State
        package var step: Int
        package var pages: Int
        package var begunAt: String
        package var nextAt: String?
        package var acknowledgedBy: PersonID?
        package var until: String?

        package init(
            id: String, isTest: Bool, state: Paging.State, step: Int, pages: Int, begunAt: String, nextAt: String?,
            acknowledgedBy: PersonID?, until: String?
        ) {
            self.id = id
            self.isTest = isTest
            self.state = state
            self.step = step
            self.pages = pages
            self.begunAt = begunAt
            self.nextAt = nextAt
            self.acknowledgedBy = acknowledgedBy
            self.until = until
        }

        enum CodingKeys: String, CodingKey {
            case id, state, step, pages, until
            case isTest = "is_test"
            case begunAt = "begun_at"
            case nextAt = "next_at"
            case acknowledgedBy = "acknowledged_by"
        }
    }

    package var schema = "vigil.oncall/1"
    package var at: String
    package var onCall: Duty?
    package var backup: Duty?
    package var gaps: [Gap]
    package var days: Int
    package var pages: [PageRow]
    /// True when nobody is paged: the policy is not approved, or there is no schedule.
    package var pagesNobody: Bool

    package init(
        at: String, onCall: Duty?, backup: Duty?, gaps: [Gap], days: Int, pages: [PageRow], pagesNobody: Bool
    ) {
        self.at = at
        self.onCall = onCall
        self.backup = backup
        self.gaps = gaps
        self.days = days
        self.pages = pages
        self.pagesNobody = pagesNobody
    }

    enum CodingKeys: String, CodingKey {
        case schema, at, backup, gaps, days, pages
        case onCall = "on_call"
        case pagesNobody = "pages_nobody"
    }
}

/// A swap: this person instead, from one local time to another (`2026-12-24T17:00`, in the schedule's zone).
package struct SwapDocument: Sendable, Hashable, Codable {
    package var rota: OnCallSchedule.Rota
    package var from: String
    package var until: String
    package var person: PersonID

    package init(rota: OnCallSchedule.Rota, from: String, until: String, person: PersonID) {
        self.rota = rota
        self.from = from
        self.until = until
        self.person = person
    }
}

/// An acknowledgement was taken: until when it holds.
package struct AcknowledgedDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.acknowledged/1"
    package var id: String
    package var isTest: Bool
    /// Record an attempt by then, or paging begins again; nil for a test.
    package var until: String?

    package init(id: String, isTest: Bool, until: String?) {
        self.id = id
        self.isTest = isTest
        self.until = until
    }

    enum CodingKeys: String, CodingKey {
        case schema, id, until
        case isTest = "is_test"
    }
}

/// What became of a test message.
package struct ChannelTestDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.channel_test/1"
    package var channel: String
    package var accepted: Bool
    package var failure: SendFailure.Cause?
    package var milliseconds: Int

    package init(channel: String, accepted: Bool, failure: SendFailure.Cause?, milliseconds: Int) {
        self.channel = channel
        self.accepted = accepted
        self.failure = failure
        self.milliseconds = milliseconds
    }
}
