import Testing
import VigilSQL
import VigilTestKit

/// Every kind of store when something goes wrong with it; a FHIR server's is in VigilFHIRTests.
@Suite(.serialized) struct StoreFaultTests {
    @Test(.timeLimit(.minutes(5)), arguments: StoreFaultContract.all)
    func thePracticesOwnSchema(_ contract: StoreFaultContract) throws {
        try contract.run(PracticeFaultBench())
    }

    @Test(.timeLimit(.minutes(5)), arguments: StoreFaultContract.all)
    func aFolderOfExports(_ contract: StoreFaultContract) throws {
        try contract.run(ExportFaultBench())
    }

    @Test(
        .enabled(if: !SQLTestServers.usable.isEmpty), .timeLimit(.minutes(10)), arguments: SQLTestServers.usable,
        StoreFaultContract.all)
    func aDatabaseServer(_ engine: SQLServerEngine, _ contract: StoreFaultContract) throws {
        #expect(try contract.run(MappedFaultBench(engine)), "a server can have every fault")
    }
}
