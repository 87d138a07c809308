import Foundation
import Synchronization
import VigilCore
import VigilStores
import VigilTestKit

@testable import VigilFHIR

/// A FHIR server of a test's own, with a line to it that goes wrong.
final class FHIRFaultBench: StoreFaultBench {
    let faults: Set<StoreFault> = [.slow, .hung, .silent, .refused, .partial]
    let keepsCopy = true
    let canBeCalledOff = true

    private let held = Held()
    private let server: ScriptedFHIR
    private let line: FaultyLine
    private let folder: String

    /// What the server holds, as JSON by id.
    private final class Held: Sendable {
        let clients = Mutex<[String: String]>([:])
        let appointments = Mutex<[String: String]>([:])
        let refuses = Mutex(false)
        /// By which vigil comes.
        let port = Mutex(0)
    }

    private static let pageCount = 100

    init() throws {
        let held = held
        server = try ScriptedFHIR { request, _ in
            if held.refuses.withLock({ $0 }) { return .status(403) }
            switch request.path {
            case "/fhir/metadata": return .json(Sample.capability)
            case "/fhir/Appointment" where request.query("status").isEmpty:
                return Self.page(held.appointments.withLock { $0 }, request, held.port.withLock { $0 })
            case "/fhir/Patient": return Self.page(held.clients.withLock { $0 }, request, held.port.withLock { $0 })
            default: return .json(Sample.bundle([]))
            }
        }
        line = try FaultyLine(to: server.port)
        let port = line.port
        held.port.withLock { $0 = port }
        folder = FileManager.default.temporaryDirectory.path + "/vigil-fault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// In the order of their ids, a hundred each time, by a link that only this server understands.
    private static func page(_ all: [String: String], _ request: ScriptedFHIR.Request, _ port: Int)
        -> ScriptedFHIR.Answer
    {
        let start = request.query("from").first.flatMap { Int($0) } ?? 0
        let sorted = all.sorted { $0.key < $1.key }.map(\.value)
        let end = min(start + pageCount, sorted.count)
        let next = end < sorted.count ? "http://127.0.0.1:\(port)\(request.path)?from=\(end)" : nil
        return .json(Sample.bundle(Array(sorted[start..<end]), next: next, total: sorted.count))
    }

    func fill(clients: Int, sessionsEach: Int) throws {
        for client in 0..<clients {
            let id = Self.client(client)
            held.clients.withLock { $0[id] = Self.person(id) }
            for number in 0..<sessionsEach {
                let session = "s00\(client)-\(number)"
                held.appointments.withLock { $0[session] = Self.missed(session, id, number) }
            }
        }
    }

    func change() throws {
        held.clients.withLock { $0["late"] = Self.person("late") }
        held.appointments.withLock {
            $0["s00late"] = Self.missed("s00late", "late", 0)
            $0["s000-0"] = nil
        }
    }

    private static func person(_ id: String) -> String {
        "{\"resourceType\":\"Patient\",\"id\":\"\(id)\",\"active\":true,\"name\":[{\"family\":\"Name\"}]}"
    }

    private static func missed(_ id: String, _ client: String, _ number: Int) -> String {
        Sample.appointment(id, "noshow", start: Zone.utc.rfc3339(start(number)), client: client)
    }

    func makeStore(patienceSeconds: Int) throws -> any AppointmentStore {
        var settings = FHIRSettings(base: try FHIRBase("http://127.0.0.1:\(line.port)/fhir"), zone: .utc)
        settings.network.timeoutSeconds = patienceSeconds
        settings.fullEveryMinutes = 0
        let feed = try FHIRFeed(settings, clock: ManualClock(Self.now), waiting: NoWait())
        return MirroredStore(feed: feed, path: folder + "/mirror.db", zone: .utc, busyMilliseconds: 1_000)
    }

    func begin(_ fault: StoreFault) throws {
        switch fault {
        case .slow: line.set(.trickling)
        case .hung, .silent: line.set(.silent)
        // In the middle of a page, some pages on.
        case .partial: line.set(.cut(afterBytes: 60_000))
        case .refused: held.refuses.withLock { $0 = true }
        }
    }

    func end() throws {
        held.refuses.withLock { $0 = false }
        line.set(.open)
    }
}
