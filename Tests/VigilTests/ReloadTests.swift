import Foundation
import Testing
import VigilTestKit

extension InUse {
    /// `systemctl reload`: all of the files, or none of them (I30).
    @Suite struct ReloadTests {
        private func started() async throws -> (PracticeFolder, RunningDaemon) {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try await daemon.ready()
            return (practice, daemon)
        }

        /// Asks for a reload, and waits until the daemon says that it is over.
        private func reload(_ daemon: RunningDaemon) async throws {
            let before = daemon.notes.texts.count
            daemon.process.signal(SIGHUP)
            _ = try await eventually("the end of the reload", within: .seconds(30)) {
                let texts = daemon.notes.texts.dropFirst(before)
                guard let begin = texts.firstIndex(where: { $0.hasPrefix("RELOADING=1") }) else { return nil as Bool? }
                return texts[begin...].contains("READY=1") ? true : nil
            }
        }

        private func shadow(_ practice: PracticeFolder) async throws -> Bool? {
            try await practice.json("status")["shadow"].bool
        }

        @Test(.timeLimit(.minutes(3))) func aGoodOneIsTakenOnWhole() async throws {
            let (practice, daemon) = try await started()
            #expect(try await shadow(practice) == true)
            let followUps = try practice.ledgerRows("SELECT id, tier FROM follow_up ORDER BY id", columns: 2)
            #expect(try await practice.vigil("config", "diff").exit == .status(0))

            // Another rule, another person, and the approval of exactly this policy.
            try practice.replace("next_from_points: 4", with: "next_from_points: 3", in: "policy.yaml")
            try practice.configure(
                people: [
                    .lead, PracticeFolder.Person(id: "ana", role: "therapist", account: "nobody", therapist: "T1"),
                ])
            let diff = try await practice.vigil("config", "diff")
            #expect(diff.exit == .status(1))
            #expect(diff.output.contains("policy: tiers.next_from_points: '4' -> '3'"))
            #expect(diff.output.contains("vigil: people[2].id: (nothing) -> 'ana'"))

            try await reload(daemon)
            #expect(try await practice.vigil("config", "diff").exit == .status(0))
            // In one datagram, so that systemd knows which reload the answer is of.
            #expect(
                daemon.notes.texts.contains { $0.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[0-9]{6,}/) != nil })
            #expect(!daemon.notes.texts.contains("STOPPING=1"))
            try await daemon.polledAfresh()
            // Nobody is forgotten and nobody is found twice.
            #expect(try practice.ledgerRows("SELECT id, tier FROM follow_up ORDER BY id", columns: 2) == followUps)
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'policy_loaded'") == 1)
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'started'") == 1)
            #expect(try await practice.vigil("queue", "list", as: "nobody").exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
            #expect(daemon.notes.texts.contains("STOPPING=1"))
        }

        @Test(.timeLimit(.minutes(3))) func manyInARow() async throws {
            let (practice, daemon) = try await started()
            for round in 1...10 {
                try practice.configure(interval: 1 + round % 2)
                try await reload(daemon)
                #expect(try await practice.vigil("queue", "list").exit == .status(0))
            }
            // Sent as one asks again before the last is over: at least the last one counts.
            for _ in 1...20 { daemon.process.signal(SIGHUP) }
            try practice.replace("next_from_points: 4", with: "next_from_points: 3", in: "policy.yaml")
            try await reload(daemon)
            _ = try await eventually("the newest files", within: .seconds(30)) {
                try await practice.vigil("config", "diff").exit == .status(0) ? true : nil
            }
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'started'") == 1)
            #expect(try await daemon.stop() == .status(0))
        }

        @Test(
            .timeLimit(.minutes(3)),
            arguments: [
                ("next_from_points: 4", "next_from_points: many", "policy.yaml", "tiers.next_from_points"),
                ("interval_seconds: 1", "interval_second: 1", "vigil.yaml", "did you mean 'interval_seconds'?"),
                ("id: test", "id: other", "vigil.yaml", "a running daemon cannot change it"),
                ("state/ledger.db", "state/other.db", "vigil.yaml", "a running daemon cannot change it"),
                ("policy: policy.yaml", "policy: missing.yaml", "vigil.yaml", "the file does not exist"),
            ]) func aBadOneChangesNothing(_ old: String, _ new: String, _ file: String, _ words: String) async throws
        {
            let (practice, daemon) = try await started()
            let hash = try await practice.json("status")["policy"].text
            try practice.replace(old, with: new, in: file)
            try await reload(daemon)
            #expect(daemon.process.standardError.contains("the new configuration is refused and the old one is kept"))
            #expect(daemon.process.standardError.contains(words))
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'reload_refused'") == 1)
            try await daemon.polledAfresh()
            // The configuration on disk is broken: asked over the socket by the one that runs.
            try practice.replace(new, with: old, in: file)
            #expect(try await practice.json("status")["policy"].text == hash)
            #expect(try await practice.vigil("queue", "list").exit == .status(0))
            // Mended: taken on.
            try await reload(daemon)
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'policy_loaded'") == 1)
            #expect(try await daemon.stop() == .status(0))
        }

        /// A policy for which one of the clinic's examples does not hold is refused by everything that comes before it runs, and the
        /// line says which; a start is not refused.
        @Test(.timeLimit(.minutes(3))) func oneThatTheExamplesContradictIsRefused() async throws {
            let (practice, daemon) = try await started()
            #expect(try await practice.vigil("config", "check").output.contains("[warn] policy_tests is missing"))
            #expect(try await practice.vigil("policy", "test").exit == .status(78))
            try practice.write(
                """
                version: vigil.policy_tests/1
                examples:
                  - name: a plain missed session
                    given: {attended: [-21, -14, -7], booked: [7], client: {age: 40, self_injury: [{day: -9}]}}
                    expect: {tier: next, points: 4}
                """, to: "examples.yaml")
            try practice.replace(
                "policy: policy.yaml", with: "policy: policy.yaml\npolicy_tests: examples.yaml", in: "vigil.yaml")
            #expect(try await practice.vigil("policy", "test").exit == .status(0))
            #expect(try await practice.vigil("config", "check").output.contains("1 examples of the clinic hold"))
            try await reload(daemon)
            let hash = try await practice.json("status")["policy"].text

            try practice.replace("next_from_points: 4", with: "next_from_points: 5", in: "policy.yaml")
            let failed = try await practice.vigil("policy", "test")
            #expect(failed.exit == .status(1))
            #expect(failed.output.contains("examples.yaml:3: a plain missed session: tier: expected next, got routine"))
            let json = try await practice.json("policy", "test")
            #expect(json["failures"].items.first?["differences"].items.first?["got"].text == "routine")
            for command in [["config", "check"], ["config", "diff"]] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(78) && result.errors.contains("a plain missed session"), "\(command)")
            }
            try await reload(daemon)
            // By its place: the name is the clinic's own words, and the journal has no room for those.
            #expect(daemon.process.standardError.contains("examples.yaml:3"))
            #expect(!daemon.process.standardError.contains("a plain missed session"))
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'reload_refused'") == 1)
            #expect(try await practice.json("status")["policy"].text == hash)
            #expect(try await practice.vigil("doctor").output.contains("[fail] examples: 1 of 1 do not hold"))
            #expect(try await daemon.stop() == .status(0))

            let again = try practice.startDaemon()
            try await again.polled()
            #expect(again.process.standardError.contains("[fail] examples"))
            #expect(!again.process.standardError.contains("a plain missed session"))
            #expect(try await again.stop() == .status(0))
        }

        /// Approved while vigil runs: from the reload on, those who are to be contacted now are paged.
        @Test(.timeLimit(.minutes(3))) func anApprovalPagesWithoutARestart() async throws {
            let paged = try await PagedPractice()
            let practice = paged.folder
            let approved = try String(contentsOfFile: practice.policyPath, encoding: .utf8)
            try practice.write(
                approved.replacing(/policy_hash: .*/, with: "policy_hash: \"\""), to: "policy.yaml")
            let daemon = try await paged.start()
            try await daemon.polled()
            try paged.missUrgently()
            try await daemon.polledAfresh()
            #expect(try practice.ledgerCount("SELECT count(*) FROM follow_up WHERE tier = 'now'") == 1)
            #expect(try practice.ledgerCount("SELECT count(*) FROM page") == 0)
            try practice.write(approved, to: "policy.yaml")
            try await reload(daemon)
            _ = try await eventually("the first page", within: .seconds(20)) {
                try practice.ledgerCount("SELECT count(*) FROM delivery WHERE state = 'sent' AND purpose = 'page'") > 0
                    ? true : nil
            }
            #expect(try await shadow(practice) == false)
            #expect(try await daemon.stop() == .status(0))
        }
    }
}

extension PracticeFolder {
    /// Changes the one place in a file that says `old`.
    func replace(_ old: String, with new: String, in name: String) throws {
        let text = try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
        precondition(text.contains(old), "\(name) does not say what is to be changed")
        try write(text.replacing(old, with: new, maxReplacements: 1), to: name)
    }
}
