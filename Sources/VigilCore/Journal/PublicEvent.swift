/// Something that happened, in the only form that may leave the process: journal, STATUS, metrics, notifications.
///
/// Privacy is a type here. There is no field for free text, a name, a store id or a date of a client: a kind, a random id,
/// tiers, rule ids, counts. Whoever wants to log more finds no room for it (I20).
package struct PublicEvent: Sendable, Hashable, Codable {
    package var kind: EventKind
    package var followUp: FollowUpID?
    package var tier: Tier?
    package var rules: [RuleID]
    /// Counts by a fixed name.
    package var counts: [Count: Int]
    /// First 12 hexadecimal digits of the policy's hash.
    package var policy: String?

    package enum Count: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
        case clients, sessions, missed, followUps = "follow_ups", tasks, unreadable, unrecognised, milliseconds, dropped
        case page, step, deliveries
    }

    package init(
        _ kind: EventKind, followUp: FollowUpID? = nil, tier: Tier? = nil, rules: [RuleID] = [],
        counts: [Count: Int] = [:], policy: String? = nil
    ) {
        self.kind = kind
        self.followUp = followUp
        self.tier = tier
        self.rules = rules
        self.counts = counts
        self.policy = policy
    }
}

/// Every kind of event, with the id under which `journalctl -x` explains it (`deploy/vigil.catalog`).
package enum EventKind: String, Sendable, Hashable, Codable, CaseIterable {
    case missRecorded = "miss_recorded"
    case historyRecorded = "history_recorded"
    /// A session that was called off, and contact is owed all the same.
    case continuityRecorded = "continuity_recorded"
    case missChanged = "miss_changed"
    case sessionAssessed = "session_assessed"
    /// A session became part of a follow-up.
    case sessionJoined = "session_joined"
    case followUpOpened = "follow_up_opened"
    case followUpRaised = "follow_up_raised"
    case followUpAssigned = "follow_up_assigned"
    case followUpTaken = "follow_up_taken"
    case attemptRecorded = "attempt_recorded"
    /// Somebody recorded why a session was missed.
    case reasonRecorded = "reason_recorded"
    case followUpClosed = "follow_up_closed"
    case followUpReopened = "follow_up_reopened"
    case followUpHandedOver = "follow_up_handed_over"
    /// A person is to be reminded of it later, before its deadline.
    case followUpPutOff = "follow_up_put_off"
    case taskBroughtForward = "task_brought_forward"
    case pagingBegun = "paging_begun"
    case pagingResumed = "paging_resumed"
    case pagingHeld = "paging_held"
    case pagingEnded = "paging_ended"
    case pageMade = "page_made"
    case testPageMade = "test_page_made"
    case pageAcknowledged = "page_acknowledged"
    /// No provider took any page of a follow-up in time: the fallback alarm (I10).
    case pageNotTaken = "page_not_taken"
    /// A provider took a page.
    case pageTaken = "page_taken"
    case deliveryAdded = "delivery_added"
    case deliverySent = "delivery_sent"
    case deliveryFailed = "delivery_failed"
    case deliveryGivenUp = "delivery_given_up"
    case digestMade = "digest_made"
    case operatorAlertRaised = "operator_alert_raised"
    case operatorAlertClosed = "operator_alert_closed"
    case onCallSwapped = "on_call_swapped"
    case taskAdded = "task_added"
    case taskSuperseded = "task_superseded"
    case taskDone = "task_done"
    /// A person asked to see names.
    case namesShown = "names_shown"
    case pollFinished = "poll_finished"
    case reconcileFinished = "reconcile_finished"
    case storeFailed = "store_failed"
    case storeRecovered = "store_recovered"
    case ledgerFailed = "ledger_failed"
    case policyLoaded = "policy_loaded"
    case shadowMode = "shadow_mode"
    /// A reload was refused, and the configuration before it is kept.
    case reloadRefused = "reload_refused"
    case backupMade = "backup_made"
    /// A backup was put in the place of the ledger.
    case ledgerRestored = "ledger_restored"
    case started
    case stopping
    case journalLinesDropped = "journal_lines_dropped"
    case signedIn = "signed_in"
    case signInFailed = "sign_in_failed"
    /// Too many wrong tries: none is taken for a while.
    case signInBlocked = "sign_in_blocked"
    case signedOut = "signed_out"
    case personInvited = "person_invited"
    case passwordSet = "password_set"
    case personDisabled = "person_disabled"
    /// Somebody looks at what their role does not show, and said why.
    case glassBroken = "glass_broken"
    case glassReviewed = "glass_reviewed"
    case feedMade = "feed_made"
    case feedRevoked = "feed_revoked"
    /// A follow-up's Task on the practice's FHIR server says what the ledger says.
    case fhirTaskWritten = "fhir_task_written"

    /// 128-bit MESSAGE_ID, 32 hexadecimal digits; made once with `systemd-id128 new`, never changed.
    package var messageID: String {
        switch self {
        case .missRecorded: "2f8148ea88ef47b3a194a6853a896a26"
        case .historyRecorded: "e60620b834ef4fc5a796e77758953f54"
        case .missChanged: "02d51a899b224fc9aa800b43ecee79fe"
        case .sessionAssessed: "3fc38a3452ac448d82d7537ae97a8bc6"
        case .continuityRecorded: "70f7381390234799b145194d291027f0"
        case .sessionJoined: "afe7e07ad21847ed8fda8b019bca88b4"
        case .followUpOpened: "42c80bc84d7847eda3de6b5590da8ceb"
        case .followUpRaised: "8339777c6c864161812de2e64d4a954c"
        case .followUpAssigned: "392a294f419c4ce9aff3608c38b37db8"
        case .followUpTaken: "e8ef0f263b0440b8a3f2a7ecf9620a6f"
        case .reasonRecorded: "7fb9f47ccc2f4ad9bede795e4fd50996"
        case .attemptRecorded: "f4fd21604cd54411830a334231e84b03"
        case .followUpClosed: "aeead0b2b450434ba60824bb1f55b68f"
        case .followUpReopened: "318cbe57e5bd4589b89b9cb3c971bd22"
        case .followUpHandedOver: "ef149cc6f6744f6e9ca605656d43ee1e"
        case .followUpPutOff: "80c4313c9323458facec11f80d676773"
        case .taskBroughtForward: "20235452aa5544c58fbcdc4245215e5b"
        case .pagingBegun: "7e621095eec94e718f34d51f90c9389a"
        case .pagingResumed: "134915e0e6594a139d58e47f88a61638"
        case .pagingHeld: "508cf35ae21e4827b6ecfc7d2e76ec39"
        case .pagingEnded: "309f0fe2c1f54592b74867524ec783c7"
        case .pageMade: "5da0bc385a3944bab494ceb97586eac8"
        case .testPageMade: "2686d6f6648e4097b554f09ab83b5dd6"
        case .pageAcknowledged: "19055696669b4fd281f1d0f6d85a5a43"
        case .pageNotTaken: "b49a3c5048714ad59d5da4203a3cbc68"
        case .pageTaken: "779bfc77cee144b79f43ece1f53e417f"
        case .deliveryAdded: "b236474638154c838e4191203cb84e2e"
        case .deliverySent: "995a722c4b614add8e16e8fc5609f821"
        case .deliveryFailed: "276a4c704df14af3a67b2cbb443f9e31"
        case .deliveryGivenUp: "5b33c9d5989144908fbfbe600542fb04"
        case .digestMade: "c995bc3f39144751b25d1a9e1fe788c1"
        case .operatorAlertRaised: "929916eba2c54c39a3bf1e334466c28b"
        case .operatorAlertClosed: "7b6ea014d4f3432cae43578274a3070d"
        case .onCallSwapped: "2f4e7e4af4a144e1898ae25ec1ec64ec"
        case .taskAdded: "cf284968fbaf42f099768c915982e860"
        case .taskSuperseded: "3fb5c0556e8649adaf679dda5872b12a"
        case .taskDone: "f50ff293d49047988f2eddbc72af418c"
        case .namesShown: "3522af81aed94467b3db78543e6e5c4e"
        case .pollFinished: "e056c8573d7c4d59b7bd39d96a4b8365"
        case .reconcileFinished: "8b40c382e16748fd83de00d473f48363"
        case .storeFailed: "520953da29534df78747e75311691b06"
        case .storeRecovered: "bc9c5775c8144b9b9dff5e783f1ada54"
        case .ledgerFailed: "f4530fccd91842dd85c1b837ba67976f"
        case .policyLoaded: "8ad9ebbe0e174aba8144eaa706273582"
        case .shadowMode: "a1f8303195bd49238b95e1fb5f5b32ec"
        case .reloadRefused: "07a66fc08d70461f83868a58f96ad766"
        case .backupMade: "5115ba1dc0524c15896680abd312d23f"
        case .ledgerRestored: "9466c4740979459382d991b0ae9734b3"
        case .started: "2b6e829156ea471a9e35d8bd3f59cffb"
        case .stopping: "237dca3abf514a7e8cefbdc5405a91e8"
        case .journalLinesDropped: "4f2d96aacd33427d81f57f0410322cb1"
        case .signedIn: "3554382d0b514cd69a1d704af0fc4b0b"
        case .signInFailed: "5e8977a94fa44fe2b0802e3364ae5f67"
        case .signInBlocked: "541ce5de03d6400d8f15e042b4852f17"
        case .signedOut: "028e4cd0d1ce4db3bd42d07e3d9e30c6"
        case .personInvited: "c0ba2caed61b45a5979b0ee417f81c67"
        case .passwordSet: "8a38e50173614f9ba6780d6a98c22c82"
        case .personDisabled: "b51373260f3c42ca999b14c0d0ad0d42"
        case .glassBroken: "fd3faab3d42c45a3b828008fa7d1d029"
        case .glassReviewed: "030a4f59c4544308ba9aadfa5b2c121d"
        case .feedMade: "afde5029a963410a92faae9bac487589"
        case .feedRevoked: "a8d83e5d2e9f4fcf9d8e586c58845e42"
        case .fhirTaskWritten: "d6913f883d24464a8d3aaab73f6f5c4f"
        }
    }
}

extension PublicEvent {
    /// syslog priority: 2 is synced to disk at once by journald, so it is for `now` alone (reliability.md).
    package var priority: Int {
        switch kind {
        case .pageNotTaken: 0
        case .pagingBegun, .pagingResumed: 2
        case .deliveryGivenUp, .operatorAlertRaised: 3
        case .deliveryFailed: 4
        case .pageMade, .pageTaken, .pageAcknowledged, .pagingHeld, .followUpReopened, .followUpHandedOver,
            .operatorAlertClosed, .onCallSwapped, .testPageMade:
            5
        case .pagingEnded, .taskBroughtForward, .deliveryAdded, .deliverySent, .digestMade: 6
        case .followUpOpened, .followUpRaised: tier == .now ? 2 : tier == .today ? 4 : 5
        case .storeFailed, .ledgerFailed: 3
        case .reloadRefused: 3
        case .shadowMode, .journalLinesDropped, .signInBlocked, .glassBroken, .personDisabled: 4
        case .storeRecovered, .namesShown, .started, .stopping, .policyLoaded, .followUpAssigned, .followUpTaken,
            .followUpClosed, .followUpPutOff,
            .attemptRecorded, .reasonRecorded, .backupMade, .ledgerRestored, .personInvited, .passwordSet,
            .glassReviewed, .signInFailed, .feedMade, .feedRevoked:
            5
        case .missRecorded, .continuityRecorded, .missChanged, .sessionAssessed, .sessionJoined, .taskAdded,
            .taskSuperseded, .taskDone, .reconcileFinished, .signedIn, .signedOut, .fhirTaskWritten:
            6
        case .historyRecorded, .pollFinished: 7
        }
    }

    /// One line in words for the journal's MESSAGE, built from the fields above only.
    package var message: String {
        var parts = [kind.rawValue.replacing("_", with: " ")]
        if let followUp { parts.append(followUp.text) }
        if let tier { parts.append("tier \(tier.rawValue)") }
        if !rules.isEmpty { parts.append("because \(rules.map(\.text).joined(separator: ", "))") }
        for count in Count.allCases {
            if let number = counts[count] { parts.append("\(count.rawValue.replacing("_", with: " ")) \(number)") }
        }
        return parts.joined(separator: " - ")
    }
}
