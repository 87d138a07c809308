import Foundation
import Testing
import VigilTestKit

/// sekmet-fhir, a FHIR server of other makers, on a port of 127.0.0.1; its bearer token is `seed`.
final class FHIRServer: Sendable {
    let base: String
    private let folder: String
    private let process: VigilProcess

    private static let program = """
        import sys, uvicorn
        from sekmet.config import load_settings
        from sekmet.main import create_app
        settings = load_settings(sys.argv[1])
        uvicorn.run(create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning")
        """

    init(python: String) async throws {
        let port = try TCPPeer.freePort()
        base = "http://127.0.0.1:\(port)/fhir"
        folder = FileManager.default.temporaryDirectory.path + "/vigil-fhir-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        // JSON is YAML too.
        try """
        {"base_url": "\(base)", "host": "127.0.0.1", "port": \(port), "data_dir": "\(folder)/data",
         "own_private_key_path": "\(folder)/key.pem", "simulator": {"enabled": false}, "log_inbound": false,
         "server_auth": {"types": ["bearer"], "tokens": ["seed"]}}
        """.write(toFile: folder + "/settings.yaml", atomically: true, encoding: .utf8)
        process = try VigilProcess([python, "-c", Self.program, folder + "/settings.yaml"])
        let (process, base) = (process, base)
        try await eventually("a FHIR server", within: .seconds(60), every: .milliseconds(100)) {
            if process.exit != nil { return true }
            return try await Self.curl(["\(base)/metadata"]) == "200"
        }
        try #require(process.exit == nil, "\(process.standardError.suffix(500))")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func stop() async throws {
        _ = try await process.kill()
    }

    /// Stores a resource under its own id.
    func put(_ path: String, _ json: String) async throws {
        let status = try await Self.curl(
            ["-X", "PUT", "-H", "Content-Type: application/fhir+json", "--data-binary", json, "\(base)/\(path)"])
        try #require(status == "200" || status == "201", "\(path): \(status)")
    }

    private static func curl(_ arguments: [String]) async throws -> String {
        try await VigilProcess.run(
            ["curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer seed"]
                + arguments
        ).output
    }
}
