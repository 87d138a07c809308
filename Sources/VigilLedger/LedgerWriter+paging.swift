import Foundation
import VigilCore
import VigilSQL

/// Rows of pages, deliveries, operator alerts and swaps.
extension LedgerWriter {
    /// - Returns: the subject of the act's audit row.
    func applyPaging(_ effect: Effect, by actor: Actor) throws -> String {
        switch effect {
        case .beginPaging(let paging), .resumePaging(let paging), .raiseAlarm(let paging):
            try put(paging)
            return paging.id.text
        case .makePage(let page, let deliveries, let paging):
            try put(paging)
            try insert(page)
            for delivery in deliveries { try insert(delivery) }
            return page.paging.text
        case .acknowledge(let paging), .holdPaging(let paging):
            try put(paging)
            try stopPages(of: paging.id, settle: true)
            return paging.id.text
        case .endPaging(let id):
            try endPaging(id)
            return id.text
        case .addDelivery(let delivery):
            try insert(delivery)
            return delivery.paging?.text ?? "delivery"
        case .raiseOperatorAlert(let alert):
            try run(
                """
                INSERT INTO operator_alert (alert, raised_at, told_at) VALUES ($1, $2, $2)
                ON CONFLICT (alert) DO UPDATE SET told_at = excluded.told_at
                """, [.text(alert.rawValue), .integer(at.seconds)])
            return "operator"
        case .closeOperatorAlert(let alert):
            try run("DELETE FROM operator_alert WHERE alert = $1", [.text(alert.rawValue)])
            return "operator"
        case .addOverride(let swap):
            try run(
                """
                INSERT INTO on_call_override (rota, from_at, until_at, person, made_by, made_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .text(swap.rota.rawValue), .integer(swap.from.seconds), .integer(swap.until.seconds),
                    .text(swap.person.text), .text(actor.text), .integer(at.seconds),
                ])
            return "on_call"
        default: return "vigil"
        }
    }

    private func put(_ paging: Paging) throws {
        let held = paging.acknowledgement
        try run(
            """
            INSERT INTO paging (id, store, is_test, state, step, step_began_at, pages, begun_at, due_at, alarmed_at,
                acknowledged_by, acknowledged_at, acknowledged_way, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, step = excluded.step,
                step_began_at = excluded.step_began_at, pages = excluded.pages, begun_at = excluded.begun_at,
                due_at = excluded.due_at, alarmed_at = excluded.alarmed_at,
                acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
                acknowledged_way = excluded.acknowledged_way, expires_at = excluded.expires_at, ended_at = NULL
            """,
            [
                .text(paging.id.text), .text(store), .integer(paging.isTest ? 1 : 0), .text(paging.state.rawValue),
                .integer(paging.step), .integer(paging.stepBeganAt.seconds), .integer(paging.pages),
                .integer(paging.begunAt.seconds), .integer(orNull: paging.dueAt?.seconds),
                .integer(orNull: paging.alarmedAt?.seconds), .text(orNull: held?.by.text),
                .integer(orNull: held?.at.seconds), .text(orNull: held?.way.rawValue),
                .integer(orNull: held?.expiresAt.seconds),
            ])
    }

    private func insert(_ page: Page) throws {
        try run(
            """
            INSERT INTO page (key, paging, number, step, target, person, made_at, code)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(page.key.text), .text(page.paging.text), .integer(page.number), .integer(page.step),
                .text(page.target.rawValue), .text(page.person.text), .integer(page.madeAt.seconds),
                .text(page.code.text),
            ])
    }

    func insert(_ delivery: Delivery) throws {
        if delivery.purpose == .page || delivery.purpose == .testPage { try cancelOlder(than: delivery) }
        // The same message to the same channel is one row, however often it is asked for (I13).
        try run(
            """
            INSERT INTO delivery (key, purpose, paging, person, channel, message, urgent, tells_settled, made_at, next_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key, channel, purpose) DO NOTHING
            """,
            [
                .text(delivery.message.key.text), .text(delivery.purpose.rawValue),
                .text(orNull: delivery.paging?.text), .text(orNull: delivery.person?.text),
                .text(delivery.channel.text),
                .text(String(decoding: try encoder.encode(delivery.message), as: UTF8.self)),
                .integer(delivery.message.isUrgent ? 1 : 0), .integer(delivery.tellsSettled ? 1 : 0),
                .integer(at.seconds), .integer(delivery.nextAt.seconds),
            ])
    }

    /// One open page to a person by a channel is enough: an older one that nobody took yet gives way (I26).
    private func cancelOlder(than delivery: Delivery) throws {
        try run(
            """
            UPDATE delivery SET state = 'cancelled', ended_at = $1, lease_until = NULL
            WHERE paging = $2 AND person = $3 AND channel = $4 AND purpose = $5
                AND (state = 'waiting' OR (state = 'leased' AND lease_until <= $1)) AND key <> $6
            """,
            [
                .integer(at.seconds), .text(orNull: delivery.paging?.text), .text(orNull: delivery.person?.text),
                .text(delivery.channel.text), .text(delivery.purpose.rawValue), .text(delivery.message.key.text),
            ])
    }

    /// Nobody is asked any more: what waits is cancelled, what a provider took is told that it is settled.
    ///
    /// One that a courier holds may still land (I12); its row is cancelled too, so that a failure is not tried again.
    func stopPages(of id: FollowUpID, settle: Bool) throws {
        let taken = try connection.all(
            """
            SELECT key, channel FROM delivery
            WHERE paging = $1 AND state = 'sent' AND tells_settled = 1 AND purpose IN ('page', 'test_page')
            """, [.text(id.text)]
        ) { (DeliveryKey($0.text(0)), ChannelID($0.text(1))) }
        try run(
            """
            UPDATE delivery SET state = 'cancelled', ended_at = $1, lease_until = NULL
            WHERE paging = $2 AND state IN ('waiting', 'leased') AND purpose IN ('page', 'test_page', 'alarm')
            """, [.integer(at.seconds), .text(id.text)])
        guard settle else { return }
        for case (let key?, let channel?) in taken {
            try insert(
                Delivery(
                    .settled, Message(.settled(id), key: key), channel: channel, paging: id, nextAt: at))
        }
    }

    func endPaging(_ id: FollowUpID) throws {
        try run(
            """
            UPDATE paging SET state = 'ended', due_at = NULL, ended_at = $1
            WHERE id = $2 AND state <> 'ended'
            """, [.integer(at.seconds), .text(id.text)])
        try stopPages(of: id, settle: true)
    }
}
