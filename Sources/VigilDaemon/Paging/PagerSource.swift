package import VigilCore
package import VigilLedger

/// The pager as it is now: schedule from its file, swaps from the ledger, channels from the configuration.
///
/// None in shadow or without a `paging` section: then nobody is paged, and banner and operator alert say so.
package struct PagerSource: Sendable {
    let policy: Policy
    let schedule: OnCallSchedule?
    private let ledger: Ledger
    private let contacts: [PersonID: [PageRoute.Contact]]
    private let leads: [PersonID]
    private let fallback: PersonID?
    private let alarm: [PageRoute.Contact]

    package init(policy: Policy, schedule: OnCallSchedule?, config: MachineConfig, ledger: Ledger) {
        self.policy = policy
        self.schedule = schedule
        self.ledger = ledger
        let channels = Dictionary(
            config.notify.channels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        func contact(_ id: ChannelID) -> PageRoute.Contact {
            PageRoute.Contact(channel: id, tellsSettled: channels[id]?.tellsSettled ?? false)
        }
        contacts = Dictionary(
            config.people.map { ($0.id, $0.channels.map(contact)) }, uniquingKeysWith: { first, _ in first })
        leads = config.people.filter { $0.role == .clinicalLead && !$0.channels.isEmpty }.map(\.id)
        fallback = config.notify.paging?.fallback
        alarm = (config.notify.paging?.alarm ?? []).map(contact)
    }

    /// The schedule with the swaps that were made since.
    package func currentSchedule() throws -> OnCallSchedule? {
        guard let schedule else { return nil }
        return schedule.adding(try ledger.read { try $0.overrides() })
    }

    /// Nil when nobody is to be paged.
    package func pager() throws -> Pager? {
        guard policy.isApproved, let fallback, let schedule = try currentSchedule() else { return nil }
        return Pager(
            escalation: policy.escalation,
            route: PageRoute(
                schedule: schedule, contacts: contacts, clinicalLeads: leads, fallback: fallback, alarm: alarm),
            holdUntil: try ledger.read { try $0.pagesHeldUntil() })
    }
}
