import Foundation
import VigilCore

/// What every store must do when something goes wrong with it: nothing is concluded from half an answer, nobody waits for ever,
/// and what happened meanwhile is found afterwards.
package struct StoreFaultContract: Sendable, CustomStringConvertible {
    package let name: String
    private let fault: StoreFault?
    private let needsCallOff: Bool
    private let body: @Sendable (any StoreFaultBench) throws -> Void

    package var description: String { name }

    /// - Returns: false where this kind of store cannot have the fault.
    @discardableResult
    package func run(_ bench: any StoreFaultBench) throws -> Bool {
        if let fault, !bench.faults.contains(fault) { return false }
        if needsCallOff, !bench.canBeCalledOff { return false }
        try body(bench)
        return true
    }

    package static let all: [StoreFaultContract] = [
        StoreFaultContract(name: "slow: everything is read", fault: .slow, needsCallOff: false) { bench in
            let session = try Session(bench, patienceSeconds: 30)
            try bench.change()
            try bench.begin(.slow)
            try session.poll()
            try bench.end()
            try session.hasTheChange()
        },
        failing(.hung, "hung: an error within the time limit"),
        failing(.silent, "a dead line: an error within the time limit"),
        failing(.refused, "refused: said at once"),
        failing(.partial, "partial: nothing is concluded"),
        StoreFaultContract(name: "hung: called off from outside", fault: .hung, needsCallOff: true) { bench in
            let session = try Session(bench, patienceSeconds: 120)
            try bench.begin(.hung)
            let store = Shared(session.store)
            let isOver = Shared(Flag())
            let canceller = Thread {
                // Until it is heard: between two statements there is nothing to end.
                while !isOver.value.isSet {
                    usleep(300_000)
                    store.value.cancel()
                }
            }
            canceller.start()
            let begun = ContinuousClock.now
            defer {
                isOver.value.set()
                try? bench.end()
            }
            try session.fails("called off")
            try require(ContinuousClock.now - begun < .seconds(60), "it is the call, and not the limit of 120 s")
        },
        StoreFaultContract(name: "huge: 20,000 sessions, page by page", fault: nil, needsCallOff: false) { bench in
            let session = try Session(bench, patienceSeconds: 120, clients: 2_000, sessionsEach: 10)
            try require(session.count == 20_000, "every session is read")
            try require(session.clients == 2_000, "every client is read")
        },
    ]

    private static func failing(_ fault: StoreFault, _ name: String) -> StoreFaultContract {
        StoreFaultContract(name: name, fault: fault, needsCallOff: false) { bench in
            let session = try Session(bench, patienceSeconds: 2)
            try bench.change()
            try bench.begin(fault)
            try session.fails(name)
            // And again: a second try concludes no more than the first.
            if fault != .silent { try session.fails(name) }
            try bench.end()
            try session.poll()
            try session.hasTheChange()
        }
    }

    fileprivate static func require(_ condition: Bool, _ what: String) throws {
        if !condition { throw StoreContractFailure(description: what) }
    }
}

/// A practice under watch: what was read before the fault.
private final class Session {
    let bench: any StoreFaultBench
    private(set) var store: any AppointmentStore
    private let patienceSeconds: Int
    private var cursor: StoreCursor?
    private var minutes = 0
    private(set) var count = 0
    private(set) var clients = 0
    private var before: [String: Int] = [:]

    /// A practice large enough for an answer to have a middle.
    init(_ bench: any StoreFaultBench, patienceSeconds: Int, clients: Int = 100, sessionsEach: Int = 20) throws {
        self.bench = bench
        self.patienceSeconds = patienceSeconds
        try bench.fill(clients: clients, sessionsEach: sessionsEach)
        store = try bench.makeStore(patienceSeconds: patienceSeconds)
        try poll()
        before = try read()
        self.clients = before.count
        count = before.values.reduce(0, +)
        try StoreFaultContract.require(count == clients * sessionsEach, "all sessions are read: \(count)")
    }

    /// Reads by pages, which must ascend: how many sessions each client has.
    private func read() throws -> [String: Int] {
        var found: [String: Int] = [:]
        var last: ClientRef?
        while true {
            let page = try store.page(after: last, limit: 512)
            for snapshot in page.snapshots {
                try StoreFaultContract.require(last.map { $0 < snapshot.client.ref } ?? true, "pages ascend")
                last = snapshot.client.ref
                found[snapshot.client.ref.storeID] = snapshot.sessions.count
            }
            if !page.hasMore { return found }
        }
    }

    /// One poll as the daemon's; a copy is given the second look that it may need.
    func poll() throws {
        var last: (any Error)?
        for _ in 0..<4 {
            do {
                try look()
                return
            } catch {
                last = error
            }
        }
        if let last { throw last }
    }

    private func look() throws {
        // Far enough that everything is due, so that an answer has a middle.
        minutes += 60 * 25
        _ = try store.check()
        switch try store.changes(since: cursor, now: now, limit: 10_000) {
        case .reconcile(let upTo), .clients(_, let upTo): cursor = upTo
        }
    }

    private var now: WallTime { WallTime(seconds: 1_795_550_400).adding(minutes: minutes) }

    /// The next poll throws an error that a person can act on, without a client in it, and what was read stays.
    func fails(_ name: String) throws {
        if !bench.keepsCopy { store = try bench.makeStore(patienceSeconds: patienceSeconds) }
        let held = cursor
        do {
            try look()
            if !bench.keepsCopy { _ = try read() }
            throw StoreContractFailure(description: "\(name): it was read")
        } catch let error as OperationError {
            try StoreFaultContract.require(
                !error.remedy.isEmpty && !error.cause.isEmpty, "\(name): what to do: \(error)")
            let text = error.description
            try StoreFaultContract.require(!text.contains("c00") && !text.contains("s00"), "no client in it: \(text)")
        }
        cursor = held
        guard bench.keepsCopy else { return }
        try StoreFaultContract.require(try read() == before, "\(name): the copy stays as it was")
    }

    /// What was changed before or during the fault has been found, and nothing else.
    func hasTheChange() throws {
        if !bench.keepsCopy { store = try bench.makeStore(patienceSeconds: patienceSeconds) }
        let after = try read()
        var expected = before
        expected["late"] = 1
        expected["c0000"] = (before["c0000"] ?? 0) - 1
        try StoreFaultContract.require(after == expected, "what happened meanwhile is found")
    }
}

/// A value that two threads use, as its own contract allows.
private final class Shared<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

private final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var held = false

    var isSet: Bool { lock.withLock { held } }

    func set() { lock.withLock { held = true } }
}
