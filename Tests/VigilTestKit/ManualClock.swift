import Synchronization
package import VigilCore

/// A wall clock that stands still until a test moves it.
package final class ManualClock: WallClock {
    private let time: Mutex<WallTime>

    package init(_ time: WallTime) {
        self.time = Mutex(time)
    }

    package func now() -> WallTime {
        time.withLock { $0 }
    }

    package func set(_ time: WallTime) {
        self.time.withLock { $0 = time }
    }

    package func pass(seconds: Int) {
        time.withLock { $0 = $0.adding(seconds: seconds) }
    }
}
