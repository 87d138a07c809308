import Synchronization
package import VigilCore

/// A channel that writes down what reaches it, and fails as it is told to.
package final class RecordingChannel: Channel {
    package struct Arrival: Sendable, Hashable {
        package var message: Message
        package var at: WallTime
        /// Whether the sender was told so.
        package var wasAccepted: Bool
    }

    /// What the other side does with a message.
    package enum Mood: Sendable, Hashable, CaseIterable {
        case well
        case refuses
        case hangs
        /// Takes the message, and the answer is lost.
        case answerLost
        case unauthorised
        case busy
    }

    private struct State {
        var mood = Mood.well
        var arrivals: [Arrival] = []
        var tries = 0
    }
    private let state = Mutex(State())

    package init() {}

    package var mood: Mood {
        get { state.withLock { $0.mood } }
        set { state.withLock { $0.mood = newValue } }
    }

    /// Messages that a person could have seen.
    package var arrivals: [Arrival] { state.withLock { $0.arrivals } }
    package var tries: Int { state.withLock { $0.tries } }

    package func send(_ message: Message, at now: WallTime) -> SendOutcome {
        state.withLock { state in
            state.tries += 1
            switch state.mood {
            case .well:
                state.arrivals.append(Arrival(message: message, at: now, wasAccepted: true))
                return .accepted(ProviderID("p\(state.arrivals.count)"))
            case .answerLost:
                state.arrivals.append(Arrival(message: message, at: now, wasAccepted: false))
                return .failed(SendFailure(.timedOut))
            case .refuses: return .failed(SendFailure(.refused))
            case .hangs: return .failed(SendFailure(.timedOut))
            case .unauthorised: return .failed(SendFailure(.unauthorised))
            case .busy: return .failed(SendFailure(.busy, retryAfterSeconds: 600))
            }
        }
    }
}
