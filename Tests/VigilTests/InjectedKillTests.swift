import Foundation
import Testing

extension UnderLoad {
    /// Death at a chosen system call: at each sync and at writes spread over the whole of a poll.
    @Suite(.enabled(if: TraceTool.isUsable)) struct InjectedKillTests {
        /// Two pages of clients, so that one commit lies behind a kill in the second.
        private static let clients = 600
        private static let writes = [1, 2, 3, 5, 9, 17, 40, 90, 200, 400, 600, 800, 1_300, 2_000]

        @Test(.timeLimit(.minutes(5)), arguments: ["fdatasync", "pwrite64"])
        func killedAtACall(of call: String) async throws {
            let practice = try PracticeFolder(horizon: "off")
            try practice.changeStore(CrowdedStore.script(clients: Self.clients))
            let places = call == "pwrite64" ? Self.writes : Array(1...8)
            var died = 0
            for place in places {
                try practice.removeLedger()
                let doomed = try practice.startDaemon(through: TraceTool.killing(at: place, of: call))
                // It dies at the call, or reaches the end of its poll because no thread makes so many.
                try await eventually("death or a poll") { doomed.process.exit != nil || !doomed.notes.polls.isEmpty }
                if doomed.notes.polls.isEmpty, try await doomed.process.wait() == .signal(SIGKILL) { died += 1 }
                try await doomed.kill()

                try await finish(practice)
                let what: Comment = "\(call), \(place)"
                #expect(try LedgerPromises.faults(of: practice) == [], what)
                let verified = try await practice.vigil("audit", "verify")
                #expect(verified.exit == .status(0), "\(what): \(verified.output)")
                let before = try LedgerPromises.rowCounts(of: practice)
                try await finish(practice)
                #expect(try LedgerPromises.rowCounts(of: practice) == before, what)
            }
            LoudLine.figure("InjectedKillTests: \(call): killed at \(died) of \(places.count) places")
            #expect(died >= places.count / 2, "most of the places were never reached")
        }

        private func finish(_ practice: PracticeFolder) async throws {
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
