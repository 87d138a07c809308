/// `vigil.yaml`: what this machine is told. The clinic's rules are in the policy, not here.
package struct MachineConfig: Sendable, Hashable {
    package var storeID: String
    package var storeKind: StoreKind
    /// The store's file; for another system the mirror that vigil keeps of it.
    package var storePath: String
    /// How another system is reached; nil for a store of vigil's own kind.
    package var source: SourceSettings?
    package var ledgerPath: String
    package var policyPath: String
    /// The clinic's own examples, `policy.tests.yaml`; nil when it has none, and none are run.
    package var policyTestsPath: String?
    /// The practice's own affairs, `practice.yaml`; nil when the practice reports hours and no money.
    package var practicePath: String?
    package var socketPath: String
    package var poll: PollSettings
    package var people: [Person]
    package var notify: NotifySettings
    /// The private key with which checkpoints of the audit chain are signed; nil for none.
    package var checkpointKey: CredentialName?
    /// Follow-ups as Tasks in the practice's own system; nil for none, as it is unless the practice asks for it.
    package var tasks: TaskOutlet?
    /// Measurements on loopback; nil for none.
    package var metricsPort: Int?

    package enum StoreKind: String, Sendable, CaseIterable {
        /// SQLite in vigil's own schema, `config/stores/practice.sql`.
        case practice
        /// The practice's own database, by a mapping file.
        case sql
        /// A folder into which exports are put.
        case csv
        /// A FHIR R4 server.
        case fhir
    }

    package static let version = "vigil.config/1"

    /// Reads the whole file; relative paths count from `folder`, the folder of the file. Look at `reader.issues` first.
    package init(reading reader: ConfigReader, folder: String) {
        func path(_ text: String) -> String {
            text.hasPrefix("/") || text.isEmpty || folder.isEmpty ? text : "\(folder)/\(text)"
        }
        if reader.text("version") != Self.version {
            reader.issue("version must be '\(Self.version)'; this vigil knows no other")
        }
        let store = reader.section("store")
        storeKind = store.choice("kind", StoreKind.self)
        storeID = store.text("id", default: "practice")
        let ledger = reader.section("ledger")
        ledgerPath = path(ledger.text("path"))
        ledger.refuseUnknownKeys()
        switch storeKind {
        case .practice: storePath = path(store.text("path"))
        case .sql, .csv, .fhir:
            source = SourceSettings(reading: store, storeKind, path: path)
            // Beside the ledger: what holds client data of vigil's own lies in one folder.
            storePath =
                ledgerPath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
                .joined(separator: "/") + "/mirror.db"
        }
        store.refuseUnknownKeys()
        policyPath = path(reader.text("policy"))
        policyTestsPath = reader.has("policy_tests") ? path(reader.text("policy_tests")) : nil
        practicePath = reader.has("practice") ? path(reader.text("practice")) : nil
        socketPath = path(reader.text("socket"))
        // sun_path holds 108 bytes with its terminating zero (unix(7)).
        if socketPath.utf8.count > 107 {
            reader.issue("socket: the path is longer than the 107 bytes that Linux allows")
        }
        poll = PollSettings(reading: reader.section("poll", required: false))
        people = reader.sections("people", required: false).compactMap { Person(reading: $0) }
        for (account, held) in Dictionary(grouping: people, by: \.account) where held.count > 1 {
            reader.issue("people: the account '\(account)' stands for \(held.count) persons; one account is one person")
        }
        for (id, held) in Dictionary(grouping: people, by: \.id) where held.count > 1 {
            reader.issue("people: the id '\(id.text)' is used \(held.count) times")
        }
        tasks =
            reader.has("fhir_tasks")
            ? TaskOutlet(reading: reader.section("fhir_tasks"), source: source, path: path) : nil
        let audit = reader.section("audit", required: false)
        checkpointKey = audit.has("checkpoint_key") ? audit.credential("checkpoint_key") : nil
        audit.refuseUnknownKeys()
        let metrics = reader.section("metrics", required: false)
        metricsPort = metrics.has("listen_port") ? metrics.integer("listen_port", in: 1...65_535) : nil
        metrics.refuseUnknownKeys()
        notify = NotifySettings(reading: reader, people: people, path: path)
        if let metricsPort, metricsPort == notify.web?.listenPort {
            reader.issue("metrics.listen_port is web.listen_port: what a proxy shows to people must not show these")
        }
        reader.refuseUnknownKeys()
    }
}

/// How often and how far the store is read.
package struct PollSettings: Sendable, Hashable {
    package var intervalSeconds: Int
    /// Nil when it is off: then every missed session of the store gets a follow-up on the first start.
    package var backfillHorizonDays: Int?
    /// A store that could not be read for so long is an operator alert.
    package var staleAfterMinutes: Int
    /// Minute of the day at which the nightly full reconcile is due.
    package var reconcileMinute: Int

    package init(
        intervalSeconds: Int, backfillHorizonDays: Int?, staleAfterMinutes: Int, reconcileMinute: Int
    ) {
        self.intervalSeconds = intervalSeconds
        self.backfillHorizonDays = backfillHorizonDays
        self.staleAfterMinutes = staleAfterMinutes
        self.reconcileMinute = reconcileMinute
    }

    init(reading reader: ConfigReader) {
        intervalSeconds = reader.integer("interval_seconds", in: 1...3_600, default: 60)
        if reader.has("backfill_horizon_days"), reader.text("backfill_horizon_days") == "off" {
            backfillHorizonDays = nil
        } else {
            backfillHorizonDays = reader.integer("backfill_horizon_days", in: 0...3_650, default: 14)
        }
        staleAfterMinutes = reader.integer("stale_after_minutes", in: 1...10_080, default: 15)
        reconcileMinute = reader.has("reconcile_at") ? reader.minuteOfDay("reconcile_at") : 210
        reader.refuseUnknownKeys()
    }
}

/// A person who may use vigil, by the account of the machine that they sign in with.
package struct Person: Sendable, Hashable {
    package var id: PersonID
    package var role: Role
    /// User name of the machine.
    package var account: String
    /// For a therapist: their id in the appointment store, so that they see their own follow-ups.
    package var therapist: TherapistRef?
    /// Ways to page them, the first one first.
    package var channels: [ChannelID]
    /// Where their daily digest goes; nil for none.
    package var digest: ChannelID?
    /// Whether they look behind the limits of their role at present; never read from a file.
    package var breaksGlass = false

    package init(
        id: PersonID, role: Role, account: String, therapist: TherapistRef? = nil, channels: [ChannelID] = [],
        digest: ChannelID? = nil
    ) {
        self.id = id
        self.role = role
        self.account = account
        self.therapist = therapist
        self.channels = channels
        self.digest = digest
    }

    init?(reading reader: ConfigReader) {
        let text = reader.text("id")
        role = reader.choice("role", Role.self)
        account = reader.text("account")
        therapist = reader.has("therapist") ? TherapistRef(reader.text("therapist")) : nil
        channels = reader.channelIDs("channels")
        digest = reader.has("digest") ? ChannelID(reader.text("digest")) : nil
        if reader.has("digest"), digest == nil { reader.issue("\(reader.path).digest must be a channel's name") }
        reader.refuseUnknownKeys()
        guard let id = PersonID(text) else {
            reader.issue("a person's id is 1 to 32 characters of a-z, 0-9, _ and -")
            return nil
        }
        self.id = id
    }

    /// Whether this person may read a follow-up: their own clients, their role's share, or all (ux.md).
    package func maySee(_ followUp: FollowUp) -> Bool {
        // Theirs by taking it or by being handed it, whoever's client it is.
        if takenIt(followUp) { return true }
        if breaksGlass, role.isClinician || role == .careCoordinator { return true }
        return switch role {
        case .clinicalLead: true
        case .onCall: followUp.tier >= .today || followUp.owner == .onCall
        case .therapist: therapist != nil && followUp.therapist == therapist
        case .careCoordinator: followUp.tier <= .next
        case .admin, .auditor, .privacyOfficer: false
        }
    }

    private func takenIt(_ followUp: FollowUp) -> Bool {
        followUp.takenBy == id && (role.isClinician || role == .careCoordinator)
    }
}
