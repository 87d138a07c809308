import Foundation
import VigilCore
import VigilLedger

/// Who is on call, swaps, acknowledgements, and tests of channels.
extension Control {
    func onCall(at time: WallTime?, days: Int, for person: Person) async throws -> OnCallDocument {
        try await offload { try onCallDocument(at: time ?? clock.now(), days: days) }
    }

    private func onCallDocument(at time: WallTime, days: Int) throws -> OnCallDocument {
        try OnCallView(policy: policy, schedule: pagers.currentSchedule(), fallback: config.notify.paging?.fallback)
            .document(
                at: time, days: days, pagings: ledger.read { try $0.livePagings() },
                pagesNobody: try pagers.pager() == nil)
    }

    func swap(_ swap: SwapDocument, by person: Person, dryRun: Bool) async throws -> OnCallDocument {
        try await offload {
            let now = clock.now()
            let change = try override(swap, by: person)
            if !dryRun {
                try ledger.commit(
                    [Act(.addOverride(change), because: .personDecided, by: .person(person.id))], at: now,
                    policy: policy.hash)
                committed()
            }
            return try onCallDocument(at: max(change.from, now), days: 90)
        }
    }

    private func override(_ swap: SwapDocument, by person: Person) throws -> OnCallOverride {
        func refused(_ kind: OperationError.Kind, _ cause: String, _ remedy: String) -> OperationError {
            OperationError(kind, operation: "swap shifts", subject: "the schedule", cause: cause, remedy: remedy)
        }
        switch person.role {
        case .onCall, .clinicalLead, .therapist, .admin: break
        case .careCoordinator, .privacyOfficer, .auditor:
            throw refused(.notAllowed, "your role does not change the schedule", "ask a clinical lead")
        }
        guard let schedule = pagers.schedule else {
            throw refused(.negative, "there is no on-call schedule", "add a 'paging' section to vigil.yaml")
        }
        guard let taker = config.people.first(where: { $0.id == swap.person }) else {
            throw refused(.negative, "there is nobody of that id", "see 'people' in vigil.yaml")
        }
        guard taker.role.isClinician, !taker.channels.isEmpty else {
            throw refused(.negative, "that person is no clinician with a channel", "name one who can be paged")
        }
        guard let from = LocalTimeText.time(swap.from, in: schedule.zone),
            let until = LocalTimeText.time(swap.until, in: schedule.zone)
        else {
            throw refused(.usage, "a time is not one such as 2026-12-24T17:00", "write it so, in the schedule's zone")
        }
        guard until > from, until > clock.now() else {
            throw refused(.usage, "the swap ends before it begins, or in the past", "check the two times")
        }
        return OnCallOverride(rota: swap.rota, from: from, until: until, person: taker.id)
    }

    // MARK: Acknowledging

    func acknowledge(code: AcknowledgementCode) async throws -> AcknowledgedDocument {
        try await offload {
            // An unknown code, and one of somebody who has left, are the same answer.
            guard let page = try ledger.read({ try $0.page(code: code) }),
                let person = config.people.first(where: { $0.id == page.person })
            else {
                throw OperationError(
                    .negative, operation: "acknowledge the page", subject: "the code", cause: "it belongs to no page",
                    remedy: "use the newest page's, or sign in")
            }
            return try acknowledge(page.paging, by: person, way: .code, dryRun: false)
        }
    }

    func acknowledge(_ id: FollowUpID, by person: Person, dryRun: Bool) async throws -> AcknowledgedDocument {
        try await offload { try acknowledge(id, by: person, way: .commandLine, dryRun: dryRun) }
    }

    private func acknowledge(
        _ id: FollowUpID, by person: Person, way: Acknowledgement.Way, dryRun: Bool
    ) throws -> AcknowledgedDocument {
        let now = clock.now()
        if let paging = try ledger.read({ try $0.paging(id) }), paging.isTest {
            if dryRun, paging.isLive { return AcknowledgedDocument(id: id.text, isTest: true, until: nil) }
            let acts = try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
                guard let held = try reader.paging(id), held.isLive else { return [] }
                let done = held.acknowledged(by: person.id, way: way, at: now, forSeconds: 0)
                return [
                    Act(.acknowledge(done), because: .personDecided, by: .person(person.id)),
                    Act(.endPaging(id), because: .personDecided, by: .person(person.id)),
                ]
            }
            guard !acts.isEmpty else { throw OperationError(Lifecycle.Refusal.nothingToAcknowledge, id) }
            committed()
            return AcknowledgedDocument(id: id.text, isTest: true, until: nil)
        }
        let readable = way == .code ? try ledger.read { try $0.followUp(id) } : try readable(id, by: person)
        if readable == nil { throw noSuchFollowUp }
        switch try ledger.carryOut(
            .acknowledge(way), on: id, by: person.id, as: person.role, at: now, policy: policy, dryRun: dryRun)
        {
        case nil: throw noSuchFollowUp
        case .failure(let refusal): throw OperationError(refusal, id)
        case .success: break
        }
        if dryRun {
            let until = now.adding(minutes: policy.escalation.acknowledgementMinutes)
            return AcknowledgedDocument(id: id.text, isTest: false, until: policy.zone.rfc3339(until))
        }
        committed()
        let until = try ledger.read { try $0.paging(id) }?.acknowledgement?.expiresAt
        return AcknowledgedDocument(id: id.text, isTest: false, until: until.map(policy.zone.rfc3339))
    }

    // MARK: Channels

    func testChannel(_ id: ChannelID, by person: Person) async throws -> ChannelTestDocument {
        guard let channel = channels[id] else {
            throw OperationError(
                .negative, operation: "test the channel", subject: id.text, cause: "there is no such channel",
                remedy: "see 'channels' in vigil.yaml")
        }
        return try await offload {
            var random = SystemRandom()
            // A real page's form with a code that acknowledges nothing.
            let message = Message(
                .testPage(FollowUpID(from: &random), AcknowledgementCode(from: &random)),
                key: DeliveryKey(from: &random))
            let began = ContinuousClock.now
            let outcome = channel.send(message, at: clock.now())
            let took = Int((ContinuousClock.now - began) / .milliseconds(1))
            switch outcome {
            case .accepted:
                return ChannelTestDocument(channel: id.text, accepted: true, failure: nil, milliseconds: took)
            case .failed(let failure):
                return ChannelTestDocument(
                    channel: id.text, accepted: false, failure: failure.cause, milliseconds: took)
            }
        }
    }
}
