import Testing
import VigilCore
import VigilLedger
import VigilPolicy
import VigilTestKit

/// The small ledger behind `vigil policy test` knows after each commit what the real one knows.
@Suite struct ExampleLedgerTests {
    @Test func knowsWhatTheLedgerKnows() throws {
        let policy = try TestPolicy.shared()
        let examples = try ExampleFile.load(path: TestPolicy.examplesPath)
        var commits = 0
        for example in examples.examples {
            let ledger = try Ledger(path: ":memory:", store: "example")
            let client = ClientRef("example")
            for step in PolicyTest.steps(of: example, policy: policy) where !step.acts.isEmpty {
                var plan = ClientPlan(client: client)
                plan.acts = step.acts
                try ledger.commit(
                    Ledger.Commit(plans: [plan], looked: [client], move: .stay, at: step.at, policy: policy.hash))
                var expected = step.known
                var known = try ledger.known([client])[client] ?? KnownClient()
                // What an example says that staff were told is in no ledger's rows; and where nothing was recorded it is not asked.
                (expected.reasons, known.reasons) = ([:], [:])
                #expect(known == expected, "\(example.name) at \(step.at.seconds)")
                commits += 1
            }
            try ledger.close()
        }
        #expect(commits > 300)
    }
}
