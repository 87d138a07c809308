import Foundation
package import VigilCore
import VigilHTTP

/// Where follow-ups are written as Tasks, with an address and a credential of their own: the feed's can only read.
package struct FHIRTaskSettings: Sendable, Hashable {
    package var base: FHIRBase
    package var zone: Zone
    package var auth: FHIRAuth = .none
    package var network = FHIRNetwork()
    package var limits = FHIRLimits()

    package init(base: FHIRBase, zone: Zone) {
        self.base = base
        self.zone = zone
    }
}

/// Writes follow-ups to a FHIR server as Tasks. Nothing makes one unless the practice asks for it.
///
/// A Task and nothing else: a Flag would be a lasting label on the chart, which the clinical rules forbid. One thread at a time,
/// but for `cancel`; that is what `Sendable` means here.
package final class FHIRTaskWriter: @unchecked Sendable {
    private let settings: FHIRTaskSettings
    private let transport: FHIRTransport

    /// - Parameter waiting: waits where the server asks for a moment; nil sleeps.
    package init(_ settings: FHIRTaskSettings, clock: any WallClock, waiting: (any FHIRWaiting)? = nil) {
        self.settings = settings
        transport = FHIRTransport(
            base: settings.base, auth: settings.auth, network: settings.network, limits: settings.limits,
            scopes: [SMARTScope("Task", "crus")], operation: "write a task to the FHIR server", clock: clock,
            waiting: waiting)
    }

    /// A Task as the server holds it.
    package struct Written: Sendable, Hashable {
        package var id: String
        package var version: String
        /// Somebody else has written into it too: from then on only vigil's own elements of it are changed.
        package var isShared: Bool

        package init(id: String, version: String, isShared: Bool = false) {
            self.id = id
            self.version = version
            self.isShared = isShared
        }
    }

    /// Ends the request that is under way, and every later one; from any thread. Whoever stops waits for no server that hangs.
    package func cancel() { transport.cancel() }

    /// Makes the Task, or brings the one that is there up to date.
    ///
    /// Safe to repeat: an answer that was lost leaves no second Task. One that somebody at the practice has deleted is made anew
    /// while its follow-up is open.
    /// - Parameter known: what the last write gave; nil at the first.
    /// - Returns: nil for one that is deleted and whose follow-up is closed: there is nothing to write any more.
    /// - Throws: `OperationError`; it names no client.
    package func write(_ task: FHIRTask, known: Written?) throws(OperationError) -> Written? {
        transport.begin()
        guard let known else { return try create(task) }
        let update = known.isShared ? try merge(task, into: known.id) : try replace(task, known)
        if let update { return update }
        return task.state.isOver ? nil : try create(task)
    }

    /// - Returns: nil when it is gone.
    private func replace(_ task: FHIRTask, _ known: Written) throws(OperationError) -> Written? {
        let response = try put(try bytes(task, id: known.id), known)
        switch response.status {
        case 200, 201: return try written(response, id: known.id)
        // Somebody has changed it since: their words stay, what it says of the follow-up is vigil's.
        case 409, 412: return try merge(task, into: known.id)
        case 404, 410: return nil
        default: throw transport.failed(response.status, "Task")
        }
    }

    private func create(_ task: FHIRTask) throws(OperationError) -> Written {
        let identifier = "\(FHIRTask.identifierSystem)|\(task.followUp.text)"
        let response = try transport.exchange(
            .post, "\(settings.base)/Task", body: try bytes(task),
            headers: Self.headers + [("If-None-Exist", "identifier=\(identifier)")], about: "Task")
        switch response.status {
        case 201: return try written(response, id: nil)
        case 200:
            // It was there: an answer to an earlier try was lost, and the follow-up may have moved on since.
            let resource = FHIRElement(json: response.body).flatMap { $0.resourceType == "Task" ? $0 : nil }
            guard let id = resource?.id ?? Self.id(inLocation: response.location),
                let merged = try merge(task, into: id, read: resource)
            else { throw unreadable }
            return merged
        case 412:
            throw transport.failure(
                .badData, "Task", "the server holds several tasks with the identifier of one follow-up",
                "remove all but one of them")
        default: throw transport.failed(response.status, "Task")
        }
    }

    /// What of a Task is vigil's to say, whoever else writes to it.
    private static let own = ["status", "businessStatus", "priority", "restriction"]

    /// Writes vigil's own elements into the Task as it stands.
    /// - Returns: nil when it is gone.
    private func merge(
        _ task: FHIRTask, into id: String, read resource: FHIRElement? = nil
    ) throws(OperationError) -> Written? {
        guard let fresh = FHIRElement(json: try bytes(task, id: id))?.object else { throw unreadable }
        var resource = resource
        // Twice: it may change once more in between. A third time is for the next round.
        for _ in 0..<2 {
            guard let current = if let resource { resource } else { try read(id) } else { return nil }
            resource = nil
            guard var object = current.object, let version = current["meta"]?.text("versionId") else {
                throw unreadable
            }
            let isSame = Self.own.allSatisfy { key in
                FHIRTask.bytes(["": object[key] ?? ""]) == FHIRTask.bytes(["": fresh[key] ?? ""])
            }
            if isSame { return Written(id: id, version: version, isShared: true) }
            for key in Self.own + ["lastModified"] { object[key] = fresh[key] }
            guard let bytes = FHIRTask.bytes(object) else { throw unreadable }
            let response = try put(bytes, Written(id: id, version: version))
            switch response.status {
            case 200, 201:
                var written = try written(response, id: id)
                written.isShared = true
                return written
            case 409, 412: continue
            case 404, 410: return nil
            default: throw transport.failed(response.status, "Task")
            }
        }
        throw transport.failure(
            .unavailable, "Task", "it changes as fast as vigil reads it", "see who else writes to it", retry: true)
    }

    /// - Returns: nil when it is gone.
    private func read(_ id: String) throws(OperationError) -> FHIRElement? {
        let response = try transport.exchange(.get, "\(settings.base)/Task/\(id)", about: "Task")
        if response.status == 404 || response.status == 410 { return nil }
        guard response.status == 200 else { throw transport.failed(response.status, "Task") }
        guard let resource = FHIRElement(json: response.body), resource.resourceType == "Task" else { throw unreadable }
        return resource
    }

    private func put(_ bytes: [UInt8], _ known: Written) throws(OperationError) -> HTTPResponse {
        guard FHIRReference.isID(known.id) else { throw unreadable }
        return try transport.exchange(
            .put, "\(settings.base)/Task/\(known.id)", body: bytes,
            headers: Self.headers + [("If-Match", "W/\"\(known.version)\"")], about: "Task")
    }

    private static let headers: [(name: String, value: String)] = [
        ("Content-Type", "application/fhir+json"), ("Prefer", "return=representation"),
    ]

    private func bytes(_ task: FHIRTask, id: String? = nil) throws(OperationError) -> [UInt8] {
        guard let bytes = FHIRTask.json(of: task, id: id, zone: settings.zone) else {
            throw transport.failure(
                .badData, "Task", "the client, the appointment or the owner has an id that FHIR does not know",
                "write tasks only for what was read from a FHIR server, and owners as Practitioner/id")
        }
        return bytes
    }

    /// Id and version from the body, else from the headers: a server need not give the body back.
    private func written(_ response: HTTPResponse, id: String?) throws(OperationError) -> Written {
        let body = FHIRElement(json: response.body).flatMap { $0.resourceType == "Task" ? $0 : nil }
        guard let id = id ?? body?.id ?? Self.id(inLocation: response.location), FHIRReference.isID(id) else {
            throw unreadable
        }
        if let version = body?["meta"]?.text("versionId") ?? Self.version(inTag: response.entityTag) {
            return Written(id: id, version: version)
        }
        guard let version = try read(id)?["meta"]?.text("versionId") else { throw unreadable }
        return Written(id: id, version: version)
    }

    private var unreadable: OperationError {
        transport.failure(
            .badData, "Task", "the answer does not name the task and its version",
            "use a server that keeps versions of a Task")
    }

    /// `…/Task/17/_history/3`.
    private static func id(inLocation location: String?) -> String? {
        guard let parts = location?.split(separator: "/"), let index = parts.lastIndex(of: "Task"),
            index + 1 < parts.count
        else { return nil }
        let id = String(parts[index + 1])
        return FHIRReference.isID(id) ? id : nil
    }

    /// `W/"3"`.
    private static func version(inTag tag: String?) -> String? {
        guard let match = tag?.wholeMatch(of: /(?:W\/)?"([A-Za-z0-9.\-]{1,64})"/) else { return nil }
        return String(match.1)
    }
}
