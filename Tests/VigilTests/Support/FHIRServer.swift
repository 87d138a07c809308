import Foundation
import Synchronization
import Testing
import VigilTestKit

/// sekmet-fhir, a FHIR server of other makers, on a port of 127.0.0.1; its bearer tokens are `seed` and `tasks`.
final class FHIRServer: Sendable {
    let base: String
    private let python: String
    private let folder: String
    private let process = Mutex<VigilProcess?>(nil)

    private static let program = """
        import sys, uvicorn
        from sekmet.config import load_settings
        from sekmet.main import create_app
        settings = load_settings(sys.argv[1])
        uvicorn.run(create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning")
        """

    init(python: String) async throws {
        self.python = python
        let port = try TCPPeer.freePort()
        base = "http://127.0.0.1:\(port)/fhir"
        folder = FileManager.default.temporaryDirectory.path + "/vigil-fhir-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        // JSON is YAML too.
        try """
        {"base_url": "\(base)", "host": "127.0.0.1", "port": \(port), "data_dir": "\(folder)/data",
         "own_private_key_path": "\(folder)/key.pem", "simulator": {"enabled": false}, "log_inbound": false,
         "server_auth": {"types": ["bearer"], "tokens": ["seed", "tasks"]}}
        """.write(toFile: folder + "/settings.yaml", atomically: true, encoding: .utf8)
        try await start()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts it, with what it held when it was stopped.
    func start() async throws {
        let started = try VigilProcess([python, "-c", Self.program, folder + "/settings.yaml"])
        process.withLock { $0 = started }
        try await eventually("a FHIR server", within: .seconds(60), every: .milliseconds(100)) { [base] in
            if started.exit != nil { return true }
            return try await Self.curl(["-o", "/dev/null", "-w", "%{http_code}", "\(base)/metadata"]) == "200"
        }
        try #require(started.exit == nil, "\(started.standardError.suffix(500))")
    }

    func stop() async throws {
        _ = try await process.withLock { $0 }?.kill()
    }

    /// Takes connections and says nothing, or goes on where it was.
    func hang(_ isHanging: Bool) {
        process.withLock { $0 }?.signal(isHanging ? SIGSTOP : SIGCONT)
    }

    /// Stores a resource under its own id.
    func put(_ path: String, _ json: String) async throws {
        let status = try await Self.curl(
            [
                "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H", "Content-Type: application/fhir+json",
                "--data-binary", json, "\(base)/\(path)",
            ])
        try #require(status == "200" || status == "201", "\(path): \(status)")
    }

    func get(_ path: String) async throws -> JSONTree {
        try JSONTree(try await Self.curl(["\(base)/\(path)"]))
    }

    private static func curl(_ arguments: [String]) async throws -> String {
        try await VigilProcess.run(["curl", "-s", "-m", "10", "-H", "Authorization: Bearer seed"] + arguments).output
    }
}
