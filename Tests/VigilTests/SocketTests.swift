import Foundation
import Testing

extension InUse {
    /// People and their roles at the local socket: who is asking is what the kernel says of the caller.
    @Suite(.enabled(if: OtherAccounts.areUsable)) struct SocketTests {
        private static let people: [PracticeFolder.Person] = [
            .lead, .init(id: "desk", role: "care_coordinator", account: OtherAccounts.frontDesk),
            .init(id: "therapist2", role: "therapist", account: OtherAccounts.therapist, therapist: "T2"),
            .init(id: "oncall", role: "on_call", account: OtherAccounts.onCall),
            .init(id: "admin", role: "admin", account: OtherAccounts.administrator),
        ]

        /// Runs `body` beside a daemon on a small practice.
        private func withDaemon(_ body: (PracticeFolder, Queue) async throws -> Void) async throws {
            let practice = try PracticeFolder(people: Self.people)
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try await daemon.ready()
            try await body(practice, try Queue(of: practice))
            #expect(try await daemon.stop() == .status(0))
            #expect(daemon.process.standardError.contains("<3>") == false, "\(daemon.process.standardError)")
        }

        /// The ids of the practice's follow-ups, by client.
        private struct Queue {
            let urgent: String
            let routine1: String
            let routine2: String

            init(of practice: PracticeFolder) throws {
                func id(_ client: String) throws -> String {
                    let ids = try practice.ledgerRows("SELECT id FROM follow_up WHERE client = '\(client)'")
                    try #require(ids.count == 1)
                    return ids[0]
                }
                urgent = try id("urgent")
                routine1 = try id("routine1")
                routine2 = try id("routine2")
            }
        }

        private static func ids(_ queue: JSONTree) -> Set<String> {
            Set(queue["follow_ups"].items.compactMap { $0["id"].text })
        }

        @Test(.timeLimit(.minutes(3))) func everybodySeesTheirShare() async throws {
            try await withDaemon { practice, queue in
                let all: Set = [queue.urgent, queue.routine1, queue.routine2]
                let lead = try await practice.json("queue", "list")
                #expect(Self.ids(lead) == all)
                #expect(lead["schema"].text == "vigil.queue/1")
                #expect(lead["feed"]["state"].text == "current")
                #expect(lead["shadow"].bool == true)
                let first = try #require(lead["follow_ups"].items.first)
                #expect(first["id"].text == queue.urgent)
                #expect(first["tier"].text == "now" && first["symbol"].text == "!!")
                #expect(first["client"].isNone)

                let desk = try await practice.json("queue", "list", as: OtherAccounts.frontDesk)
                #expect(Self.ids(desk) == [queue.routine1, queue.routine2])
                let therapist = try await practice.json("queue", "list", as: OtherAccounts.therapist)
                #expect(Self.ids(therapist) == [queue.routine2])
                let onCall = try await practice.json("queue", "list", as: OtherAccounts.onCall)
                #expect(Self.ids(onCall) == [queue.urgent])
                // What is not theirs answers as what does not exist.
                let foreign = try await practice.vigil("queue", "show", queue.routine1, as: OtherAccounts.therapist)
                let unknown = try await practice.vigil("queue", "show", "0123456789ABCDEF", as: OtherAccounts.therapist)
                #expect(foreign.exit == .status(1) && unknown.exit == .status(1))
                #expect(foreign.errors == unknown.errors)
            }
        }

        @Test(.timeLimit(.minutes(3))) func whoMayNotIsTurnedAway() async throws {
            try await withDaemon { practice, queue in
                let before = try LedgerPromises.rowCounts(of: practice)
                for command in [["queue", "list"], ["queue", "show", queue.routine1], ["explain", queue.urgent]] {
                    let admin = try await practice.vigil(command, as: OtherAccounts.administrator)
                    #expect(admin.exit == .status(4), "\(command) \(admin.errors)")
                    #expect(admin.errors.contains("this role sees no client data"))
                    let stranger = try await practice.vigil(command, as: OtherAccounts.stranger)
                    #expect(stranger.exit == .status(77), "\(command) \(stranger.errors)")
                    #expect(stranger.errors.contains("vigil.yaml"))
                    #expect(admin.output.isEmpty && stranger.output.isEmpty)
                }
                let take = ["queue", "take", queue.routine1]
                #expect(try await practice.vigil(take, as: OtherAccounts.administrator).exit == .status(4))
                #expect(try await practice.vigil(take, as: OtherAccounts.stranger).exit == .status(77))
                // Contact that is due now is a clinician's; the front desk does not even see it.
                for command in [["queue", "take", queue.urgent], ["queue", "show", queue.urgent]] {
                    #expect(try await practice.vigil(command, as: OtherAccounts.frontDesk).exit == .status(1))
                }
                let close = ["queue", "close", queue.routine1, "--reason", "declined", "--note", "-"]
                let declined = try await practice.vigil(close, as: OtherAccounts.frontDesk, input: "They said no.")
                #expect(declined.exit == .status(4) && declined.errors.contains("only a clinician may do this"))
                // Status holds counts alone, so an administrator may read it; a stranger may not.
                #expect(try await practice.vigil("status", as: OtherAccounts.administrator).exit == .status(0))
                #expect(try await practice.vigil("status", as: OtherAccounts.stranger).exit == .status(77))
                #expect(try LedgerPromises.rowCounts(of: practice) == before)
            }
        }

        @Test(.timeLimit(.minutes(3))) func takeRecordClose() async throws {
            try await withDaemon { practice, queue in
                let taken = try await practice.json("queue", "take", queue.routine1)
                #expect(taken["schema"].text == "vigil.follow_up/1")
                #expect(taken["follow_up"]["state"].text == "taken")
                #expect(taken["follow_up"]["taken_by"].text == "lead")
                #expect(try await practice.vigil("queue", "take", queue.routine1).exit == .status(1))
                let second = try await practice.vigil("queue", "take", queue.routine1, as: OtherAccounts.frontDesk)
                #expect(second.exit == .status(1) && second.errors.contains("somebody else has taken it"))

                // A failed try is on record and closes nothing.
                let tried = try await practice.json(
                    "queue", "record", queue.routine1, "--outcome", "no_answer", as: OtherAccounts.frontDesk)
                #expect(tried["follow_up"]["state"].text == "taken" && tried["attempts"].items.count == 1)
                #expect(tried["attempts"].items.first?["by"].text == "desk")

                let plan = ["queue", "record", queue.routine1, "--outcome", "reached_with_plan"]
                #expect(try await practice.vigil(plan).exit == .status(64), "a plan needs its note")
                let reached = try await practice.json(plan + ["--note", "-"], input: "Comes on Monday.")
                #expect(reached["follow_up"]["state"].text == "closed")
                #expect(reached["closed_as"].text == "reached_with_plan")

                let close = ["queue", "close", queue.routine2, "--reason", "kept_session", "--note", "-"]
                #expect(try await practice.vigil(close, as: OtherAccounts.therapist, input: "Came.").exit == .status(0))
                let again = try await practice.vigil(close, as: OtherAccounts.therapist, input: "Came.")
                #expect(again.exit == .status(1) && again.errors.contains("it is closed already"))

                let left = try await practice.json("queue", "list")
                #expect(Self.ids(left) == [queue.urgent])
                let acts = try practice.ledgerRows(
                    "SELECT actor, act FROM audit WHERE actor LIKE 'person:%' ORDER BY sequence", columns: 2)
                #expect(
                    acts == [
                        "person:lead follow_up_taken", "person:desk attempt_recorded", "person:desk task_done",
                        "person:lead attempt_recorded", "person:lead follow_up_closed",
                        "person:therapist2 follow_up_closed",
                    ])
                #expect(try LedgerPromises.faults(of: practice) == [])
                #expect(try await practice.vigil("audit", "verify").exit == .status(0))
            }
        }

        @Test(.timeLimit(.minutes(3))) func aDryRunChangesNothing() async throws {
            try await withDaemon { practice, queue in
                let before = try LedgerPromises.rowCounts(of: practice)
                let shown = try await practice.vigil("queue", "show", queue.urgent).output
                for command in [
                    ["queue", "take", queue.urgent], ["queue", "record", queue.urgent, "--outcome", "no_answer"],
                    ["queue", "close", queue.urgent, "--reason", "in_urgent_care", "--note", "-"],
                ] {
                    let result = try await practice.vigil(command + ["--dry-run"], input: "In hospital.")
                    #expect(result.exit == .status(0), "\(command) \(result.errors)")
                    #expect(result.output.hasPrefix("This would be done; nothing was changed."))
                }
                // What would be refused is refused.
                let refused = try await practice.vigil(
                    ["queue", "close", queue.urgent, "--reason", "in_urgent_care", "--dry-run"])
                #expect(refused.exit == .status(64))
                #expect(try LedgerPromises.rowCounts(of: practice) == before)
                let after = try await practice.vigil("queue", "show", queue.urgent).output
                #expect(Self.withoutTimeLeft(after) == Self.withoutTimeLeft(shown))
            }
        }

        /// "38 min left" and "24 h left" become less while a test runs.
        private static func withoutTimeLeft(_ text: String) -> String {
            text.replacing(/\d+ (min|h|days) left/, with: "")
        }

        @Test(.timeLimit(.minutes(3))) func everyJSONHasItsSchema() async throws {
            try await withDaemon { practice, queue in
                for (command, schema) in [
                    (["status"], "vigil.status/1"), (["queue", "list"], "vigil.queue/1"),
                    (["queue", "show", queue.urgent], "vigil.follow_up/1"),
                    (["explain", queue.urgent], "vigil.follow_up/1"),
                    (["audit", "verify"], "vigil.audit/1"), (["config", "check"], "vigil.config_check/1"),
                ] {
                    let answer = try await practice.json(command)
                    #expect(answer["schema"].text == schema, "\(command)")
                }
                let explained = try await practice.json("explain", queue.urgent)
                let session = try #require(explained["sessions"].items.first)
                #expect(session["tier"].text == "now")
                let states = Set(session["findings"].items.compactMap { $0["state"].text })
                #expect(states == ["present", "absent", "unknown"])
                let counting = session["findings"].items.filter { $0["points"].int ?? 0 > 0 } + session["floors"].items
                #expect(counting.count > 1)
                #expect(counting.allSatisfy { $0["citation"].text?.isEmpty == false })
            }
        }
    }
}
