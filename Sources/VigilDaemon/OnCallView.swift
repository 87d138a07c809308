package import VigilCore

/// Renders the on-call schedule and the open pages, in the schedule's own zone.
package struct OnCallView {
    let policy: Policy
    let schedule: OnCallSchedule?
    let fallback: PersonID?

    package init(policy: Policy, schedule: OnCallSchedule?, fallback: PersonID?) {
        self.policy = policy
        self.schedule = schedule
        self.fallback = fallback
    }

    package func document(
        at time: WallTime, days: Int, pagings: [Paging], pagesNobody: Bool
    ) -> OnCallDocument {
        let zone = schedule?.zone ?? policy.zone
        return OnCallDocument(
            at: zone.rfc3339(time), onCall: duty(.onCall, time, zone), backup: duty(.backup, time, zone),
            gaps: (schedule?.gaps(.onCall, from: time, days: days) ?? []).map {
                OnCallDocument.Gap(from: zone.rfc3339($0.from), until: zone.rfc3339($0.until))
            }, days: days,
            pages: pagings.map { paging in
                OnCallDocument.PageRow(
                    id: paging.id.text, isTest: paging.isTest, state: paging.state, step: paging.step + 1,
                    pages: paging.pages, begunAt: zone.rfc3339(paging.begunAt), nextAt: paging.dueAt.map(zone.rfc3339),
                    acknowledgedBy: paging.acknowledgement?.by,
                    until: paging.acknowledgement.map { zone.rfc3339($0.expiresAt) })
            }, pagesNobody: pagesNobody)
    }

    private func duty(_ rota: OnCallSchedule.Rota, _ time: WallTime, _ zone: Zone) -> OnCallDocument.Duty? {
        if let duty = schedule?.who(rota, at: time) {
            return OnCallDocument.Duty(
                person: duty.person, until: duty.until.map(zone.rfc3339) ?? "", source: duty.source.words)
        }
        guard rota == .onCall, let fallback else { return nil }
        return OnCallDocument.Duty(person: fallback, until: "", source: "fallback")
    }
}
