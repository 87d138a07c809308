/// From "the on-call clinician" to persons and the channels that reach them.
package struct PageRoute: Sendable {
    /// One way to reach somebody.
    package struct Contact: Sendable, Hashable {
        package var channel: ChannelID
        /// Whether the other side is to be told when a page is settled.
        package var tellsSettled: Bool

        package init(channel: ChannelID, tellsSettled: Bool) {
            self.channel = channel
            self.tellsSettled = tellsSettled
        }
    }

    package var schedule: OnCallSchedule
    /// Channels of each person, the first one first.
    package var contacts: [PersonID: [Contact]]
    package var clinicalLeads: [PersonID]
    /// Who is paged when the schedule names nobody, or nobody who can be reached.
    package var fallback: PersonID
    /// Ways that are used when nobody's own channel takes a page (I10).
    package var alarm: [Contact]

    package init(
        schedule: OnCallSchedule, contacts: [PersonID: [Contact]], clinicalLeads: [PersonID], fallback: PersonID,
        alarm: [Contact]
    ) {
        self.schedule = schedule
        self.contacts = contacts
        self.clinicalLeads = clinicalLeads
        self.fallback = fallback
        self.alarm = alarm
    }

    /// The persons that a step's target means now: at least one, all of whom have a channel.
    package func persons(for target: PageTarget, at now: WallTime) -> [PersonID] {
        let named: [PersonID] =
            switch target {
            case .onCall: schedule.person(.onCall, at: now).map { [$0] } ?? []
            case .backup: schedule.person(.backup, at: now).map { [$0] } ?? clinicalLeads
            case .clinicalLead: clinicalLeads
            }
        let reachable = named.filter { contacts[$0]?.isEmpty == false }
        return reachable.isEmpty ? [fallback] : reachable
    }

    package func contacts(of person: PersonID) -> [Contact] {
        contacts[person] ?? []
    }
}
