import Crypto
import Foundation
import Testing
import VigilHTTP
import VigilTestKit

@testable import VigilFHIR

/// sekmet-fhir on a port of 127.0.0.1, with an empty store. It ends with the object, and with this process.
final class SekmetServer {
    let base: String
    private let folder: URL
    private let http = HTTPClient(
        rules: NetworkRules(allowsPrivate: true, allowsPlain: true, certificateFile: nil, timeout: .seconds(20)),
        bodyLimit: 8 << 20)

    /// Its own server object, so that it ends when it is told to.
    private static let program = """
        import os, sys, threading, time, uvicorn
        from sekmet.config import load_settings
        from sekmet.main import create_app
        settings = load_settings(sys.argv[1])
        server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning"))
        parent = os.getppid()
        def watch():
            while os.path.exists(sys.argv[1]) and os.getppid() == parent: time.sleep(0.1)
            server.should_exit = True
        threading.Thread(target=watch, daemon=True).start()
        server.run()
        """

    struct NotStarted: Error {}

    /// - Parameters:
    ///   - key: of the client "vigil".
    ///   - scopes: what that client may be granted.
    init(python: String, key: P384.Signing.PrivateKey, scopes: String, tokenLife: Int = 3_600) throws {
        let port = try TCPPeer.freePort()
        base = "http://127.0.0.1:\(port)/fhir"
        folder = FileManager.default.temporaryDirectory.appending(path: "vigil-sekmet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let point = key.publicKey.rawRepresentation
        let settings: [String: Any] = [
            "base_url": base, "host": "127.0.0.1", "port": port, "data_dir": folder.appending(path: "data").path,
            "own_private_key_path": folder.appending(path: "key.pem").path, "simulator": ["enabled": false],
            "log_inbound": false,
            "server_auth": [
                "types": ["smart", "bearer"], "tokens": ["seed"], "token_lifetime": tokenLife,
                "smart_clients": [
                    [
                        "client_id": "vigil", "scopes": scopes,
                        "jwks": [
                            "keys": [
                                [
                                    "kty": "EC", "crv": "P-384", "kid": "k1", "alg": "ES384", "use": "sig",
                                    "x": Base64URL.text(point.prefix(48)), "y": Base64URL.text(point.suffix(48)),
                                ]
                            ]
                        ],
                    ]
                ],
            ],
        ]
        // JSON is YAML too.
        let file = folder.appending(path: "settings.yaml")
        try JSONSerialization.data(withJSONObject: settings).write(to: file)
        let (program, path) = (Self.program, file.path)
        Thread { _ = try? ChildProcess.run(python, ["-c", program, path]) }.start()
        let end = ContinuousClock.now + .seconds(60)
        while (try? http.request(.get, "\(base)/metadata", headers: Self.seed))?.status != 200 {
            guard ContinuousClock.now < end else { throw NotStarted() }
            usleep(50_000)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private static let seed: [(name: String, value: String)] = [
        ("Authorization", "Bearer seed"), ("Content-Type", "application/fhir+json"),
    ]

    /// Stores a resource under its own id.
    func put(_ json: String) throws {
        let element = try Sample.element(json)
        let path = "\(element.resourceType ?? "")/\(element.id ?? "")"
        let response = try http.request(.put, "\(base)/\(path)", body: Array(json.utf8), headers: Self.seed)
        guard (200...201).contains(response.status) else {
            Issue.record("\(path): \(response.status) \(String(decoding: response.body.prefix(500), as: UTF8.self))")
            return
        }
    }

    /// - Returns: the status of the answer to a form.
    func form(_ url: String, _ text: String) throws -> Int {
        try http.request(
            .post, url, body: Array(text.utf8), headers: [("Content-Type", "application/x-www-form-urlencoded")]
        ).status
    }

    func get(_ path: String) throws -> FHIRElement {
        let response = try http.request(.get, "\(base)/\(path)", headers: Self.seed)
        return try Sample.element(String(decoding: response.body, as: UTF8.self))
    }
}
