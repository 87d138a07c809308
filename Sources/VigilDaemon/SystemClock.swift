import Foundation
package import VigilCore

/// The machine's own clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: Int64(time.tv_sec))
    }
}
