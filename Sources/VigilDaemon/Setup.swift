package import VigilCore
package import VigilPolicy

/// All that a daemon runs by, read from its files at one time: all of them are good, or none is used (I30).
package struct Setup: Sendable {
    package let config: MachineConfig
    package let policy: Policy
    /// Who approved the policy, or why it runs in shadow.
    package let approval: Approval
    /// Nil when `vigil.yaml` has no `paging` section: then nobody is paged.
    package let schedule: OnCallSchedule?
    /// Nil when `vigil.yaml` names no `practice.yaml`. A failure is for the report to say: fees keep nobody from being watched.
    package let practice: Result<PracticeRules?, any Error>
    /// Nil for a store of vigil's own kind.
    package let mapping: SourceMapping?
    /// The files as their values, to tell what runs from what is on disk.
    package let files: [SettingsFile]

    /// - Parameter path: of `vigil.yaml`, which names the others.
    /// - Throws: `OperationError`; nothing of the files is used then.
    package static func load(path: String) throws -> Setup {
        let config = try MachineFile.load(path: path)
        let loaded = try PolicyFile.load(path: config.policyPath)
        let schedule = try ScheduleFile.load(for: config)
        let mapping = try SourceMapping.load(for: config)
        let practice = Result { try PracticeRulesFile.load(for: config) }
        var files = [("vigil", path), ("policy", config.policyPath)]
        if let path = SourceMapping.path(of: config) { files.append(("mapping", path)) }
        if let paging = config.notify.paging { files.append(("oncall", paging.schedulePath)) }
        if let path = config.practicePath, case .success = practice { files.append(("practice", path)) }
        return Setup(
            config: config, policy: loaded.policy, approval: loaded.approval, schedule: schedule, practice: practice,
            mapping: mapping,
            files: try files.map { name, path in
                let values = try ConfigFile.load(path: path, operation: "read the configuration") { $1.values }
                return SettingsFile(name: name, path: path, values: values)
            })
    }

    package var stores: StoreParts { StoreParts(config: config, zone: policy.zone, mapping: mapping) }

    /// What a running daemon cannot take on without a restart: whose records it keeps, and where.
    func refusal(after running: Setup) -> OperationError? {
        let fixed = [
            ("store.id", running.config.storeID == config.storeID),
            ("ledger.path", running.config.ledgerPath == config.ledgerPath),
            ("socket", running.config.socketPath == config.socketPath),
        ]
        guard let changed = fixed.first(where: { !$0.1 }) else { return nil }
        return OperationError(
            .configuration, operation: "reload", subject: changed.0, cause: "a running daemon cannot change it",
            remedy: "restart vigil: 'systemctl restart vigil'")
    }
}
