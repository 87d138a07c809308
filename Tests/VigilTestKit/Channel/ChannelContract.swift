import Dispatch
import Synchronization
import Testing
package import VigilCore

/// What every channel keeps (`Channel`): run over each kind.
package struct ChannelContract: Sendable {
    package let fixture: any ChannelFixture

    package init(_ fixture: any ChannelFixture) {
        self.fixture = fixture
    }

    private static let now = WallTime(seconds: 1_800_000_000)
    /// The limits of the channels in these tests are 1 s; a machine that is busy takes its time.
    private static let limit: Duration = .seconds(6)

    package static func page(_ seed: UInt64 = 1) -> Message {
        var random = SeededRandom(seed: seed)
        let id = FollowUpID(from: &random)
        return Message(.page(id, AcknowledgementCode(from: &random)), key: DeliveryKey(page: id, number: 3))
    }

    /// Messages of every content.
    package static var every: [Message] {
        var random = SeededRandom(seed: 9)
        let id = FollowUpID(from: &random)
        let code = AcknowledgementCode(from: &random)
        let contents: [Message.Content] =
            [
                .page(id, code), .testPage(id, code), .settled(id), .notAccepted(id),
                .digest(.init(open: ["now": 1, "routine": 12], overdue: 2, mayBeMissing: true)),
            ]
            + OperatorAlert.allCases.flatMap { [.operatorAlert($0, isOver: false), .operatorAlert($0, isOver: true)] }
        return contents.map { Message($0, key: DeliveryKey(from: &random)) }
    }

    /// - Returns: the outcome, and how long it took.
    private func send(_ behaviour: ChannelBehaviour) throws -> (SendOutcome, [String]) {
        let subject = try fixture.start(behaviour)
        let began = ContinuousClock.now
        let outcome = subject.channel.send(Self.page(), at: Self.now)
        #expect(ContinuousClock.now - began < Self.limit, "\(fixture.name): \(behaviour) takes too long")
        return (outcome, subject.heard())
    }

    private func cause(_ outcome: SendOutcome) -> SendFailure.Cause? {
        if case .failed(let failure) = outcome { failure.cause } else { nil }
    }

    // MARK: The contract

    package func takesEveryMessage() throws {
        let subject = try fixture.start(.takes)
        for message in Self.every {
            let outcome = subject.channel.send(message, at: Self.now)
            #expect(cause(outcome) == nil, "\(fixture.name): \(message.content)")
        }
        let heard = subject.heard()
        #expect(heard.count == Self.every.count)
        for (message, text) in zip(Self.every, heard) {
            #expect(text.contains(message.key.text), "\(fixture.name): the key of \(message.content) (I13)")
        }
    }

    /// I13: what is sent again can be told for the same.
    package func theSameKeyEachTime() throws {
        let subject = try fixture.start(.takes)
        for _ in 0..<3 { _ = subject.channel.send(Self.page(), at: Self.now) }
        let heard = subject.heard()
        #expect(heard.count == 3)
        #expect(heard.allSatisfy { $0.contains(Self.page().key.text) }, "\(fixture.name)")
    }

    /// I15: nothing but the other side's own word is an acceptance.
    package func onlyItsWordIsAcceptance(_ behaviour: ChannelBehaviour) throws {
        let (outcome, _) = try send(behaviour)
        guard behaviour != .takes, fixture.isNetworked || behaviour != .privateAddress else { return }
        #expect(cause(outcome) != nil, "\(fixture.name): \(behaviour) is no acceptance")
    }

    package func saysWhatFailed() throws {
        #expect(cause(try send(.hangs).0) == .timedOut, "\(fixture.name)")
        let refused = cause(try send(.refuses).0)
        #expect(refused == .rejected || refused == .commandFailed, "\(fixture.name): \(String(describing: refused))")
        let absent = cause(try send(.absent).0)
        #expect(absent == .refused || absent == .commandMissing, "\(fixture.name): \(String(describing: absent))")
    }

    /// A private address is not spoken to: the other side sees no connection.
    package func privateAddressesAreRefused() throws {
        guard fixture.isNetworked else { return }
        let (outcome, heard) = try send(.privateAddress)
        #expect(cause(outcome) == .privateAddress, "\(fixture.name)")
        #expect(heard.isEmpty, "\(fixture.name): a connection was made")
    }

    /// Many at once, each with its own key, none mixed with another.
    package func fromManyThreads() throws {
        let subject = try fixture.start(.takes)
        let failures = Atomic<Int>(0)
        let channel = subject.channel
        DispatchQueue.concurrentPerform(iterations: 12) { index in
            if case .failed = channel.send(Self.page(UInt64(index) + 100), at: Self.now) {
                failures.add(1, ordering: .relaxed)
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0, "\(fixture.name)")
        let keys = (0..<12).map { Self.page(UInt64($0) + 100).key.text }
        let heard = subject.heard()
        #expect(keys.allSatisfy { key in heard.count { $0.contains(key) } == 1 }, "\(fixture.name)")
    }
}
