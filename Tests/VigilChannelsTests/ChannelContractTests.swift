import Testing
import VigilCore
import VigilTestKit

/// The contract of `Channel`, over every kind.
@Suite struct ChannelContractTests {
    private static let names = Fixtures.all.map(\.name)

    private func contract(_ name: String) throws -> ChannelContract {
        ChannelContract(try #require(Fixtures.all.first { $0.name == name }))
    }

    @Test(arguments: names) func takesEveryMessage(_ name: String) throws {
        try contract(name).takesEveryMessage()
    }

    @Test(arguments: names) func theSameKeyEachTime(_ name: String) throws {
        try contract(name).theSameKeyEachTime()
    }

    @Test(arguments: names, ChannelBehaviour.allCases)
    func onlyItsWordIsAcceptance(_ name: String, _ behaviour: ChannelBehaviour) throws {
        try contract(name).onlyItsWordIsAcceptance(behaviour)
    }

    @Test(arguments: names) func saysWhatFailed(_ name: String) throws {
        try contract(name).saysWhatFailed()
    }

    @Test(arguments: names) func privateAddressesAreRefused(_ name: String) throws {
        try contract(name).privateAddressesAreRefused()
    }

    @Test(arguments: names) func fromManyThreads(_ name: String) throws {
        try contract(name).fromManyThreads()
    }
}
