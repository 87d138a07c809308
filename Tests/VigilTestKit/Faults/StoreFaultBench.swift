package import VigilCore

/// What can happen to a store, or to the system behind it.
package enum StoreFault: String, Sendable, CaseIterable {
    /// It answers, and takes its time.
    case slow
    /// It has taken the question, and does not answer: a lock, a server that thinks, exports that do not come any more.
    case hung
    /// The line is dead, and nobody says so.
    case silent
    /// It is not there, or lets nobody in.
    case refused
    /// It breaks off in the middle of an answer.
    case partial
}

/// A kind of store with a practice in it, to which faults happen.
///
/// Clients are `c0000` and so on, each with the same number of sessions, all missed and in the last days before `now`.
package protocol StoreFaultBench: AnyObject {
    /// What can happen to this kind.
    var faults: Set<StoreFault> { get }

    /// Whether vigil keeps a copy, which is to stay as it was.
    var keepsCopy: Bool { get }

    /// Whether a read that hangs can be ended from another thread.
    var canBeCalledOff: Bool { get }

    /// Puts a practice of so many clients and sessions in, in the system's own way.
    func fill(clients: Int, sessionsEach: Int) throws

    /// One client more, with one missed session, and one session of `c0000` less.
    func change() throws

    /// - Parameter patienceSeconds: the time limit of its reads.
    func makeStore(patienceSeconds: Int) throws -> any AppointmentStore

    func begin(_ fault: StoreFault) throws

    /// It is over.
    func end() throws
}

extension StoreFaultBench {
    /// 2026-11-24T20:00:00Z.
    package static var now: WallTime { WallTime(seconds: 1_795_550_400) }

    /// The start of a client's session, in the days before `now`.
    package static func start(_ number: Int) -> WallTime { now.adding(minutes: -(60 + number * 60)) }

    package static func client(_ number: Int) -> String {
        let digits = String(number)
        return "c" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
