/// How far vigil has come with asking for an acknowledgement of one `now` follow-up, or of the weekly test.
///
/// State machine; `Pager` decides, the ledger stores:
/// - `paging` can go to `acknowledged` (a person says "I have it"), `inHand` (an attempt reached the client, or the effort is
///   complete), `ended` (closed);
/// - `acknowledged` can go to `paging` (it expired without an attempt), to `acknowledged` (another person, or an attempt that
///   did not reach the client), `inHand`, `ended`;
/// - `inHand` can go to `ended`, and to `paging` when the follow-up is opened again.
package struct Paging: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case paging, acknowledged
        case inHand = "in_hand"
        case ended
    }

    /// The follow-up's id; a test has one of its own.
    package var id: FollowUpID
    package var isTest: Bool
    package var state: State
    /// Index of the current step.
    package var step: Int
    package var stepBeganAt: WallTime
    /// Pages made so far; the next one's number is one more.
    package var pages: Int
    package var begunAt: WallTime
    /// When the next page is due, while `paging`: the live timer (I9).
    package var dueAt: WallTime?
    package var acknowledgement: Acknowledgement?
    /// When the fallback alarm was last raised.
    package var alarmedAt: WallTime?

    package init(
        id: FollowUpID, isTest: Bool, state: State = .paging, step: Int = 0, stepBeganAt: WallTime, pages: Int = 0,
        begunAt: WallTime, dueAt: WallTime?, acknowledgement: Acknowledgement? = nil, alarmedAt: WallTime? = nil
    ) {
        self.id = id
        self.isTest = isTest
        self.state = state
        self.step = step
        self.stepBeganAt = stepBeganAt
        self.pages = pages
        self.begunAt = begunAt
        self.dueAt = dueAt
        self.acknowledgement = acknowledgement
        self.alarmedAt = alarmedAt
    }
}

extension Paging {
    /// A person has it: no new page until the acknowledgement ends (I12).
    package func acknowledged(
        by person: PersonID, way: Acknowledgement.Way, at now: WallTime, forSeconds seconds: Int
    ) -> Paging {
        var paging = self
        paging.state = .acknowledged
        paging.dueAt = nil
        paging.acknowledgement = Acknowledgement(by: person, at: now, way: way, expiresAt: now.adding(seconds: seconds))
        return paging
    }

    /// The client was reached, or all was tried that the policy asks for: what comes next is a clinician's decision.
    package var heldInHand: Paging {
        var paging = self
        paging.state = .inHand
        paging.dueAt = nil
        return paging
    }
}

/// A person, a time, a way and an end: who has said that they have it.
package struct Acknowledgement: Sendable, Hashable {
    package enum Way: String, Sendable, Hashable, Codable, CaseIterable {
        case commandLine = "command_line"
        /// The one-time code of a page.
        case code
        case web
        /// They made the follow-up theirs.
        case taken
        /// They recorded an attempt.
        case attempt
    }

    package var by: PersonID
    package var at: WallTime
    package var way: Way
    /// Without an attempt by then paging resumes (I12).
    package var expiresAt: WallTime

    package init(by: PersonID, at: WallTime, way: Way, expiresAt: WallTime) {
        self.by = by
        self.at = at
        self.way = way
        self.expiresAt = expiresAt
    }
}

/// A message that asks one person to acknowledge.
package struct Page: Sendable, Hashable {
    package var paging: FollowUpID
    /// From 1 within its paging.
    package var number: Int
    package var step: Int
    package var target: PageTarget
    package var person: PersonID
    package var madeAt: WallTime
    package var code: AcknowledgementCode

    package init(
        paging: FollowUpID, number: Int, step: Int, target: PageTarget, person: PersonID, madeAt: WallTime,
        code: AcknowledgementCode
    ) {
        self.paging = paging
        self.number = number
        self.step = step
        self.target = target
        self.person = person
        self.madeAt = madeAt
        self.code = code
    }

    /// The same over all tries and channels of this page (I13).
    package var key: DeliveryKey { DeliveryKey(page: paging, number: number) }
}
