@preconcurrency import Dispatch
import Synchronization

/// Says that a long step of a read goes on, as long as it may: a server that thinks for a minute, a table that is merged.
///
/// The watchdog ends a daemon that has made no progress for a minute. A statement, a search or a merge has none to show until it is
/// over, and has a limit of its own; so each may take that long, and no longer: a feed that hangs is still found.
final class Heartbeat: Sendable {
    private let deadline: Mutex<ContinuousClock.Instant>
    private let patience: Duration
    private let timer: any DispatchSourceTimer

    /// Far below the shortest watchdog.
    private static let everySeconds = 5

    /// - Parameter patience: how long may pass from one step to the next.
    init(patience: Duration, progressed: @escaping @Sendable () -> Void) {
        self.patience = patience
        deadline = Mutex(.now + patience)
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vigil.feed.heartbeat"))
        timer.schedule(deadline: .now() + .seconds(Self.everySeconds), repeating: .seconds(Self.everySeconds))
        let beat: @Sendable () -> Void = { [weak self] in
            if self?.isPatient ?? false { progressed() }
        }
        timer.setEventHandler(handler: beat)
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    private var isPatient: Bool { deadline.withLock { ContinuousClock.now < $0 } }

    /// A step is over: the next may take as long.
    func stepped() {
        deadline.withLock { $0 = .now + patience }
    }
}
