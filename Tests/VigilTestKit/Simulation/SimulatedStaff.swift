import VigilCore

/// The people of a simulated practice, and how they are reached.
enum SimulatedStaff {
    private static func person(_ id: String, _ role: Role, _ channels: [String], digest: String? = nil) -> Person? {
        PersonID(id).map { known in
            Person(
                id: known, role: role, account: id, therapist: role == .therapist ? TherapistRef("t1") : nil,
                channels: channels.compactMap { ChannelID($0) }, digest: digest.flatMap { ChannelID($0) })
        }
    }

    static let people: [Person] = [
        person("ana", .onCall, ["push-ana", "mail-ana"], digest: "mail-ana"),
        person("ben", .onCall, ["push-ben", "mail-ben"]),
        person("lead", .clinicalLead, ["push-lead", "mail-lead"], digest: "mail-lead"),
        person("tom", .therapist, [], digest: "mail-tom"),
    ].compactMap(\.self)

    static let channels = [
        "push-ana", "mail-ana", "push-ben", "mail-ben", "push-lead", "mail-lead", "mail-tom", "duty-line", "mail-admin",
    ].compactMap { ChannelID($0) }

    static let operatorChannels = [ChannelID("mail-admin")].compactMap(\.self)

    /// A week each, handed over on Mondays at nine. With gaps: nobody on Sundays.
    static func schedule(hasGaps: Bool) -> OnCallSchedule {
        let rotation = OnCallLayer.Rotation(
            days: 7, minute: 540, from: LocalDay(iso: "2026-01-05") ?? ClientBuilder.tuesday)
        let hours = hasGaps ? [WeeklyWindow(weekdays: Set(1...6), fromMinute: 0, toMinute: 0)] : []
        func layer(_ ids: [String]) -> OnCallLayer {
            OnCallLayer(id: "week", people: ids.compactMap { PersonID($0) }, rotation: rotation, hours: hours)
        }
        return OnCallSchedule(
            zone: ClientBuilder.newYork, layers: [.onCall: [layer(["ana", "ben"])], .backup: [layer(["ben", "ana"])]])
    }

    static func route(_ schedule: OnCallSchedule) -> PageRoute {
        let contacts = people.map { person in
            // One channel of each kind: a push service that is told nothing, and a pager that is told when it is settled.
            (person.id, person.channels.map { PageRoute.Contact(channel: $0, tellsSettled: $0.text.hasPrefix("push")) })
        }
        return PageRoute(
            schedule: schedule, contacts: Dictionary(contacts, uniquingKeysWith: { first, _ in first }),
            clinicalLeads: people.filter { $0.role == .clinicalLead }.map(\.id), fallback: people[2].id,
            alarm: [ChannelID("duty-line")].compactMap(\.self).map { .init(channel: $0, tellsSettled: false) })
    }
}
