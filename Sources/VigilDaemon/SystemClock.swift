import Glibc
package import VigilCore

/// The machine's own clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> WallTime {
        WallTime(seconds: Int64(time(nil)))
    }
}
