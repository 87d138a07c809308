import Synchronization
import VigilChannels
import VigilCore
import VigilFHIR

/// The practice's FHIR server, with a credential of its own. The connection is made when it is first needed.
final class FHIRTaskServer: TaskServer {
    private let settings: TaskOutlet
    private let zone: Zone
    private let credentials: Credentials
    private let clock: any WallClock
    private let state = Mutex(State())

    private struct State {
        var writer: FHIRTaskWriter?
        var isCancelled = false
    }

    let address: String

    init(_ settings: TaskOutlet, zone: Zone, credentials: Credentials, clock: any WallClock) {
        self.settings = settings
        self.zone = zone
        self.credentials = credentials
        self.clock = clock
        // As FHIRBase writes it, so that a slash at the end makes no other server.
        address = (try? FHIRBase(settings.base).text) ?? settings.base
    }

    func write(_ task: FHIRTask, known: FHIRTaskWriter.Written?) throws(OperationError) -> FHIRTaskWriter.Written? {
        let writer = try opened()
        do throws(OperationError) {
            return try writer.write(task, known: known)
        } catch {
            // A key that was renewed is read again.
            if error.kind == .permission { state.withLock { $0.writer = nil } }
            throw error
        }
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.writer?.cancel()
        }
    }

    private func opened() throws(OperationError) -> FHIRTaskWriter {
        if let writer = state.withLock({ $0.writer }) { return writer }
        var server = FHIRTaskSettings(base: try FHIRBase(settings.base), zone: zone)
        server.auth = try FHIRAuth(
            settings.auth, credentials, for: "write a task to the FHIR server", setting: "fhir_tasks.auth")
        server.network.timeoutSeconds = settings.timeoutSeconds
        server.network.certificateFile = settings.authorityPath
        let writer = FHIRTaskWriter(server, clock: clock)
        state.withLock { state in
            state.writer = writer
            if state.isCancelled { writer.cancel() }
        }
        return writer
    }
}
