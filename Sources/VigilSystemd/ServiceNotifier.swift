import CSystemd
import Glibc

/// Tells the service manager how the daemon is doing (sd_notify(3)). Safe to call from any thread.
package struct ServiceNotifier: Sendable {
    /// What became of one notification.
    package enum Outcome: Sendable, Hashable {
        case sent
        /// Not started by a service manager that listens: `NOTIFY_SOCKET` is not set. Not an error.
        case nobodyListens
        /// The number is an errno.
        case failed(Int32)
    }

    package init() {}

    /// Start-up is complete. To be called once the conditions of I23 hold, and no earlier.
    @discardableResult
    package func ready() -> Outcome {
        notify("READY=1")
    }

    /// The configuration is being read anew; `ready()` ends it, whatever came of it.
    ///
    /// In one datagram with the monotonic time, as sd_notify(3) asks for: systemd tells by it which answer belongs to which reload.
    @discardableResult
    package func reloading() -> Outcome {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return notify("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000)")
    }

    /// Replaces the line that `systemctl status` shows.
    @discardableResult
    package func status(_ line: StatusLine) -> Outcome {
        notify("STATUS=\(line.text)")
    }

    /// The daemon has begun to stop; what follows is no failure.
    @discardableResult
    package func stopping() -> Outcome {
        notify("STOPPING=1")
    }

    /// One sign of life. To be sent only when the process makes progress: a ping from a bare timer hides a hung poller.
    @discardableResult
    package func watchdog() -> Outcome {
        notify("WATCHDOG=1")
    }

    /// The time without a `watchdog()` after which the manager kills the daemon; nil when it does not watch this process.
    ///
    /// sd_watchdog_enabled(3) advises a ping every half of it.
    package var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        // Also negative on a malformed WATCHDOG_USEC: then nobody can say what would be in time.
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    private func notify(_ state: String) -> Outcome {
        // 0 keeps NOTIFY_SOCKET in the environment for the next call.
        let answer = sd_notify(0, state)
        return answer > 0 ? .sent : answer == 0 ? .nobodyListens : .failed(-answer)
    }
}
