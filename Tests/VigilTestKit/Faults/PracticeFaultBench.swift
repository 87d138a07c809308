import Foundation
package import VigilCore
import VigilStores

/// A practice in vigil's own schema, whose file another program holds, takes away or cuts short.
package final class PracticeFaultBench: StoreFaultBench {
    package let faults: Set<StoreFault> = [.slow, .hung, .refused, .partial]
    package let keepsCopy = false
    package let canBeCalledOff = false

    private let fixture: PracticeStoreFixture
    private var holder: Thread?
    private var bytes: Data?

    package init() throws {
        fixture = try PracticeStoreFixture()
    }

    package func fill(clients: Int, sessionsEach: Int) throws {
        try fixture.execute(FaultRows.script(clients: clients, sessionsEach: sessionsEach))
    }

    package func change() throws {
        try fixture.execute(FaultRows.change)
    }

    package func makeStore(patienceSeconds: Int) throws -> any AppointmentStore {
        PracticeStore(path: fixture.path, zone: .utc, busyMilliseconds: patienceSeconds * 1_000)
    }

    package func begin(_ fault: StoreFault) throws {
        switch fault {
        case .slow: try hold(seconds: 0.4)
        case .hung: try hold(seconds: 600)
        case .refused:
            try FileManager.default.moveItem(atPath: fixture.path, toPath: fixture.path + ".away")
        case .partial:
            let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
            bytes = whole
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: fixture.path))
        case .silent: break
        }
    }

    package func end() throws {
        try? FileManager.default.removeItem(atPath: fixture.path + ".held")
        while let holder, !holder.isFinished { usleep(10_000) }
        holder = nil
        if FileManager.default.fileExists(atPath: fixture.path + ".away") {
            try FileManager.default.moveItem(atPath: fixture.path + ".away", toPath: fixture.path)
        }
        if let bytes {
            try bytes.write(to: URL(fileURLWithPath: fixture.path))
            self.bytes = nil
        }
    }

    /// Another program holds the file, for so long or until it is let go.
    private func hold(seconds: Double) throws {
        let program = """
            import os, sqlite3, sys, time
            path, mark = sys.argv[1], sys.argv[1] + ".held"
            connection = sqlite3.connect(path, isolation_level=None)
            connection.execute("BEGIN EXCLUSIVE")
            open(mark, "w").close()
            end = time.time() + float(sys.argv[2])
            while os.path.exists(mark) and time.time() < end: time.sleep(0.02)
            connection.execute("ROLLBACK")
            """
        let path = fixture.path
        let thread = Thread {
            _ = try? ChildProcess.run("/usr/bin/env", ["python3", "-c", program, path, String(seconds)])
        }
        thread.start()
        holder = thread
        while !FileManager.default.fileExists(atPath: path + ".held") {
            guard !thread.isFinished else { throw StoreContractFailure(description: "nobody holds the file") }
            usleep(5_000)
        }
    }
}
