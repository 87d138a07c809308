/// A condition that did not come true in time.
struct TimedOut: Error, CustomStringConvertible {
    var what: String
    var limit: Duration
    var description: String { "waited \(limit) in vain for \(what)" }
}

/// Asks again and again until there is an answer; generous limits, since two cores are shared with other tests.
func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(10),
    _ probe: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await probe() { return value }
        guard ContinuousClock.now < deadline else { throw TimedOut(what: what, limit: limit) }
        try await Task.sleep(for: pause)
    }
}

/// Asks until it is so.
func eventually(
    _ what: String, within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(10),
    isSo condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: limit, every: pause) { try await condition() ? true : nil }
}
