package import VigilCore

/// A client of a store, told in days before and after one session: for tests and simulations.
///
/// Day 0 is Tuesday 24 November 2026 in New York and sessions begin at 14:00, unless said otherwise. Every call returns a
/// changed copy, so that a table of cases can share a beginning:
/// ```
/// let steady = ClientBuilder().attended(-21, -14, -7).session(0, .missed).session(7, .scheduled)
/// let assessment = steady.attempt(on: -20).assess(policy)
/// ```
package struct ClientBuilder: Sendable {
    /// What a store would return for this client; sessions ascend by key.
    package private(set) var snapshot: ClientSnapshot
    package let zone: Zone
    /// Day 0.
    package let day: LocalDay
    /// Minutes since local midnight at which a session begins.
    package let minuteOfDay: Int

    package static let newYork = Zone(identifier: "America/New_York") ?? .utc
    package static let tuesday = LocalDay(iso: "2026-11-24") ?? LocalDay(number: 0)

    package init(
        _ id: String = "client", zone: Zone = newYork, day: LocalDay = tuesday, minuteOfDay: Int = 14 * 60
    ) {
        snapshot = ClientSnapshot(client: ClientRecord(ref: ClientRef(id)))
        self.zone = zone
        self.day = day
        self.minuteOfDay = minuteOfDay
    }

    // MARK: Time

    /// The day `offset` days after day 0.
    package func day(_ offset: Int) -> LocalDay { day.adding(days: offset) }

    /// Where a session of day `offset` begins, and `minutes` after.
    package func time(_ offset: Int = 0, minutes: Int = 0) -> WallTime {
        zone.time(on: day(offset), secondOfDay: minuteOfDay * 60).adding(minutes: minutes)
    }

    // MARK: Sessions and contacts

    /// The key that `session` gives a session of day `offset`, `minutes` after the usual time.
    package func key(_ offset: Int = 0, minutes: Int = 0) -> SessionKey {
        SessionKey(id: minutes == 0 ? "s\(offset)" : "s\(offset)+\(minutes)", start: time(offset, minutes: minutes))
    }

    /// Adds a session, or replaces the one with the same key.
    ///
    /// - Parameter minutes: after the usual time of day; another time is another session.
    /// - Parameter cancelledHoursBefore: nil leaves the time of cancelling unknown.
    package func session(
        _ offset: Int, _ status: SessionStatus, minutes: Int = 0, id: String? = nil, duration: Int = 50,
        reason: SessionReason = .none, cancelledHoursBefore: Int? = nil, therapist: String? = "t1"
    ) -> ClientBuilder {
        let usual = key(offset, minutes: minutes)
        let key = id.map { SessionKey(id: $0, start: usual.start) } ?? usual
        return putting(
            SessionRecord(
                key: key, therapist: therapist.map { TherapistRef($0) }, durationMinutes: duration, status: status,
                rawStatus: status.rawValue, reason: reason,
                cancelledAt: cancelledHoursBefore.map { key.start.adding(hours: -$0) }))
    }

    /// Adds a session as it is, or replaces the one with the same key.
    package func putting(_ record: SessionRecord) -> ClientBuilder {
        changed { client in
            client.sessions.removeAll { $0.key == record.key }
            client.sessions.append(record)
            client.sessions.sort { $0.key < $1.key }
        }
    }

    package func attended(_ offsets: Int...) -> ClientBuilder {
        offsets.reduce(self) { $0.session($1, .attended) }
    }

    package func missed(_ offsets: Int...) -> ClientBuilder {
        offsets.reduce(self) { $0.session($1, .missed) }
    }

    package func withoutSession(_ key: SessionKey) -> ClientBuilder {
        changed { $0.sessions.removeAll { $0.key == key } }
    }

    package func contact(
        hoursAfter: Int, _ outcome: ContactRecord.Outcome, planDocumented: Bool = true
    ) -> ClientBuilder {
        changed { client in
            client.contacts.append(
                ContactRecord(at: time().adding(hours: hoursAfter), outcome: outcome, planDocumented: planDocumented))
            client.contacts.sort { $0.at < $1.at }
        }
    }

    // MARK: What comes of it

    /// What a rule sees of one session; the one of day 0 at the usual time unless `index` names another.
    ///
    /// - Parameter minutesAfter: minutes from the start of that session to now.
    package func evidence(_ policy: Policy, index: SessionKey? = nil, minutesAfter: Int = 20) -> Evidence {
        let index = index ?? key()
        let now = index.start.adding(minutes: minutesAfter)
        let detector = MissDetector(rules: policy.detection, zone: zone, hours: policy.hours)
        let sessions = snapshot.sessions.map { detector.classify($0, at: now) }
        // Without such a session a missed one stands in, so that a table needs no session of its own.
        let assessed =
            sessions.first { $0.record.key == index }
            ?? detector.classify(session(0, .missed).record(index) ?? SessionRecord.missing(index), at: now)
        return Evidence(
            index: assessed, sessions: sessions, contacts: snapshot.contacts, client: snapshot.client,
            clinical: snapshot.clinical, now: now)
    }

    package func assess(_ policy: Policy, index: SessionKey? = nil, minutesAfter: Int = 20) -> Assessment {
        Scorer(policy: policy).assess(evidence(policy, index: index, minutesAfter: minutesAfter))
    }

    package func record(_ key: SessionKey) -> SessionRecord? {
        snapshot.sessions.first { $0.key == key }
    }

    /// A copy whose snapshot `change` has altered; for what has no word of its own here.
    package func changed(_ change: (inout ClientSnapshot) -> Void) -> ClientBuilder {
        var copy = self
        change(&copy.snapshot)
        return copy
    }
}

extension SessionRecord {
    fileprivate static func missing(_ key: SessionKey) -> SessionRecord {
        SessionRecord(key: key, therapist: nil, durationMinutes: 50, status: .missed, rawStatus: "missed")
    }
}
