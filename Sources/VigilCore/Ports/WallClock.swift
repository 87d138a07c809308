/// Where the daemon's wall time comes from; a port, so that a test moves it.
package protocol WallClock: Sendable {
    func now() -> WallTime
}
