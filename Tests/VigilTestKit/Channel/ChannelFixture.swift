package import VigilCore

/// One kind of channel with another side that does as it is told, for `ChannelContract`.
package protocol ChannelFixture: Sendable {
    /// Shown with a failure.
    var name: String { get }
    /// Whether a private address can be refused: not for what never leaves the machine.
    var isNetworked: Bool { get }
    /// A channel and its other side; limits of 1 s.
    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject
}

/// What the other side does.
package enum ChannelBehaviour: Sendable, Hashable, CaseIterable {
    case takes
    /// Nobody is there.
    case absent
    case hangs
    /// Takes the message and closes before it says so.
    case answerLost
    /// Refuses for good.
    case refuses
    /// Asks to come again later.
    case busy
    /// Does not know the credentials.
    case unauthorised
    /// Says far more than it should.
    case floods
    /// Takes it, and stands on an address that the settings do not allow.
    case privateAddress
}

package struct ChannelSubject: Sendable {
    package var channel: any Channel
    /// Everything that the other side has heard, a message each.
    package var heard: @Sendable () -> [String]

    package init(channel: any Channel, heard: @escaping @Sendable () -> [String]) {
        self.channel = channel
        self.heard = heard
    }
}
