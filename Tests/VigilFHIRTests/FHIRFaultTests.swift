import Testing
import VigilTestKit

/// What every store must do when something goes wrong with it, for a FHIR server.
@Suite(.serialized) struct FHIRFaultTests {
    @Test(.timeLimit(.minutes(5)), arguments: StoreFaultContract.all)
    func holds(_ contract: StoreFaultContract) throws {
        #expect(try contract.run(FHIRFaultBench()), "a server can have every fault")
    }
}
