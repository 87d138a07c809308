import Glibc
import Testing
import VigilSystemd

/// Each in a process of its own: libsystemd reads the environment, which a process with threads must not change.
@Suite struct ServiceNotifierTests {
    @Test func whatTheManagerReceives() async {
        await #expect(processExitsWith: .success) {
            let manager = try UnixSocket(type: .datagram, boundTo: UnixSocket.freshPath())
            defer { unlink(manager.path) }
            setenv("NOTIFY_SOCKET", manager.path, 1)
            let notifier = ServiceNotifier()
            #expect(notifier.ready() == .sent)
            #expect(manager.receive() == "READY=1")
            #expect(notifier.status(StatusLine(.watching, counts: [.overdue: 2])) == .sent)
            #expect(manager.receive() == "STATUS=Watching; 2 overdue")
            #expect(notifier.watchdog() == .sent)
            #expect(manager.receive() == "WATCHDOG=1")
            #expect(notifier.stopping() == .sent)
            #expect(manager.receive() == "STOPPING=1")
            manager.close()
            #expect(notifier.ready() == .failed(ECONNREFUSED))
        }
    }

    @Test func withoutAManager() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            #expect(ServiceNotifier().ready() == .nobodyListens)
            #expect(ServiceNotifier().watchdogInterval == nil)
        }
    }

    @Test func watchdogInterval() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "30000000", 1)
            unsetenv("WATCHDOG_PID")
            #expect(ServiceNotifier().watchdogInterval == .seconds(30))
            // Meant for another process of the unit.
            setenv("WATCHDOG_PID", "1", 1)
            #expect(ServiceNotifier().watchdogInterval == nil)
            unsetenv("WATCHDOG_PID")
            setenv("WATCHDOG_USEC", "soon", 1)
            #expect(ServiceNotifier().watchdogInterval == nil)
        }
    }
}
