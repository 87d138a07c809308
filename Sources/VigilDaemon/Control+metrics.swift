import Foundation
import VigilCore
import VigilLedger

/// How vigil is doing, in numbers that name nobody.
extension Control {
    func isReady() async throws -> Bool {
        feed(health.now, clock.now()).state == .current
    }

    func metrics() async throws -> [MetricsText.Family] {
        try await offload {
            let state = health.now
            let now = clock.now()
            let (counts, outbox, pages, alerts, lag) = try ledger.read { reader in
                (
                    try reader.counts(at: now), try reader.outbox(), try reader.livePagings().count,
                    try reader.operatorAlerts(), try reader.lastAuditSequence()
                )
            }
            let behind = lag - (try ledger.journalSequence())
            func flag(_ holds: Bool) -> Double { holds ? 1 : 0 }
            func seconds(_ time: WallTime?) -> Double { Double(time?.seconds ?? 0) }
            return [
                MetricsText.Family(
                    "vigil_policy_approved", .gauge,
                    "1 when the policy is approved; 0 in shadow, when nobody is paged.",
                    flag(policy.isApproved)),
                MetricsText.Family(
                    "vigil_feed_current", .gauge, "1 when the appointment store has been read of late.",
                    flag(feed(state, now).state == .current)),
                MetricsText.Family(
                    "vigil_store_read_timestamp_seconds", .gauge,
                    "When the store was last read to the end; 0 for never.",
                    seconds(state.lastRead)),
                MetricsText.Family(
                    "vigil_reconcile_timestamp_seconds", .gauge, "When the whole store was last read; 0 for never.",
                    seconds(state.reconciledAt)),
                MetricsText.Family("vigil_polls", .counter, "Polls since the start.", Double(state.polls)),
                MetricsText.Family(
                    "vigil_poll_overruns", .counter, "Ticks that came during a poll.", Double(state.overruns)),
                MetricsText.Family(
                    "vigil_follow_ups_open", .gauge, "Follow-ups that wait, by tier.", by: "tier", Tier.self
                ) { Double(counts.open[$0] ?? 0) },
                MetricsText.Family(
                    "vigil_follow_ups_overdue", .gauge, "Open follow-ups whose contact time has passed.",
                    Double(counts.overdue)),
                MetricsText.Family(
                    "vigil_questions_open", .gauge, "Questions that only a person can answer.", Double(counts.questions)
                ),
                MetricsText.Family(
                    "vigil_pages_open", .gauge, "Follow-ups that are paged for, or will be again.", Double(pages)),
                MetricsText.Family(
                    "vigil_deliveries_waiting", .gauge, "Messages that no provider has taken yet.",
                    Double(outbox.waiting)),
                MetricsText.Family(
                    "vigil_deliveries_given_up", .gauge, "Messages that are not tried any more.", Double(outbox.givenUp)
                ),
                MetricsText.Family(
                    "vigil_channels_failing", .gauge, "Channels that did not take their last message.",
                    Double(courier.failing.count)),
                MetricsText.Family(
                    "vigil_fhir_tasks_owed", .gauge,
                    "Follow-ups whose Task is not up to date; 0 where none are written.",
                    Double(try taskCondition?.counts().owed ?? 0)),
                MetricsText.Family(
                    "vigil_operator_alert", .gauge, "1 while the condition holds.", by: "condition", OperatorAlert.self
                ) { flag(alerts[$0] != nil) },
                MetricsText.Family(
                    "vigil_journal_lag_rows", .gauge, "Audit rows that are not in the journal yet.", Double(behind)),
                MetricsText.Family(
                    "vigil_audit_rows", .gauge, "Rows of the audit chain.", Double(lag)),
                MetricsText.Family(
                    "process_resident_memory_bytes", .gauge, "Resident memory of the daemon.", Self.residentBytes),
                MetricsText.Family(
                    "process_start_time_seconds", .gauge, "When the daemon was started.", seconds(state.startedAt)),
            ]
        }
    }

    /// From /proc/self/statm, in pages (proc(5)).
    private static var residentBytes: Double {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
