import Crypto
import Foundation
import Synchronization
import Testing
import VigilCore
import VigilTestKit
import _CryptoExtras

@testable import VigilFHIR

@Suite struct SMARTBackendAuthTests {
    /// A token endpoint that is as strict as SMART asks for.
    final class TokenServer: Sendable {
        let isVerified: @Sendable (_ signed: Data, _ signature: Data, _ algorithm: String) -> Bool
        let granted = Mutex<String?>(nil)
        let expiresIn = Mutex(300)
        /// After so many requests a token is refused, whatever was said about its life.
        let requestsPerToken = Mutex(Int.max)
        private let state = Mutex(
            (seen: Set<String>(), tokens: [String: Int](), audience: "", assertions: [[String: Any]]()))

        init(_ isVerified: @escaping @Sendable (Data, Data, String) -> Bool) {
            self.isVerified = isVerified
        }

        var issued: Int { state.withLock { $0.seen.count } }

        func answer(_ request: ScriptedFHIR.Request, _ port: Int) -> ScriptedFHIR.Answer {
            switch request.path {
            case "/fhir/.well-known/smart-configuration":
                return .json(
                    "{\"token_endpoint\":\"http://127.0.0.1:\(port)/token\",\"capabilities\":[\"permission-v2\"]}")
            case "/token": return token(request, "http://127.0.0.1:\(port)/token")
            default: return resource(request)
            }
        }

        private func token(_ request: ScriptedFHIR.Request, _ audience: String) -> ScriptedFHIR.Answer {
            func refused(_ why: String) -> ScriptedFHIR.Answer {
                .init(status: 400, body: "{\"error\":\"invalid_client\",\"error_description\":\"\(why) secret\"}")
            }
            let form = URLComponents(string: "/?\(request.body)")?.queryItems ?? []
            func field(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
            let parts = field("client_assertion").split(separator: ".").map(String.init)
            guard parts.count == 3, let head = object(parts[0]), let claims = object(parts[1]),
                let signature = Base64URL.data(parts[2]), field("grant_type") == "client_credentials",
                field("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            else { return refused("form") }
            guard isVerified(Data("\(parts[0]).\(parts[1])".utf8), signature, head["alg"] as? String ?? "") else {
                return refused("signature")
            }
            guard head["kid"] as? String == "k1", head["typ"] as? String == "JWT", claims["iss"] as? String == "vigil",
                claims["sub"] as? String == "vigil", claims["aud"] as? String == audience,
                let expiry = claims["exp"] as? Int64, expiry - Sample.now.seconds <= 300 + 3_600
            else { return refused("claims") }
            return state.withLock { held in
                guard let id = claims["jti"] as? String, held.seen.insert(id).inserted else { return refused("jti") }
                let token = "token-\(held.seen.count)"
                held.tokens[token] = requestsPerToken.withLock { $0 }
                let scope = granted.withLock { $0 } ?? field("scope")
                let life = expiresIn.withLock { $0 }
                return .json(
                    """
                    {"access_token":"\(token)","token_type":"bearer","expires_in":\(life),\
                    "scope":"\(scope)"}
                    """
                )
            }
        }

        private func resource(_ request: ScriptedFHIR.Request) -> ScriptedFHIR.Answer {
            let token = String((request.headers["authorization"] ?? "").dropFirst("Bearer ".count))
            let isGood = state.withLock { held in
                guard let left = held.tokens[token], left > 0 else { return false }
                held.tokens[token] = left - 1
                return true
            }
            guard isGood else { return .status(401) }
            if request.path == "/fhir/metadata" { return .json(Sample.capability) }
            guard request.path == "/fhir/Appointment", request.query("status").isEmpty else {
                return .json(Sample.bundle([]))
            }
            let page = request.query("p").first.flatMap { Int($0) } ?? 0
            return .json(
                Sample.bundle([Sample.appointment("a\(page)")], next: page < 3 ? "Appointment?p=\(page + 1)" : nil))
        }

        private func object(_ part: String) -> [String: Any]? {
            Base64URL.data(part).flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
        }
    }

    private let clock = ManualClock(Sample.now)

    private func start(_ tokens: TokenServer) throws -> ScriptedFHIR {
        try ScriptedFHIR { request, _ in
            let port = request.headers["host"].flatMap { Int($0.split(separator: ":")[1]) } ?? 0
            return tokens.answer(request, port)
        }
    }

    private func feed(_ server: ScriptedFHIR, key: String, keyID: String? = "k1") throws -> FHIRFeed {
        var settings = try Sample.settings(server)
        settings.auth = .smart(SMARTSettings(clientID: "vigil", key: key, keyID: keyID))
        return try FHIRFeed(settings, clock: clock, waiting: NoWait())
    }

    private static let curveKey = P384.Signing.PrivateKey()

    private func curveServer() -> TokenServer {
        let key = Self.curveKey.publicKey
        return TokenServer { signed, signature, algorithm in
            guard algorithm == "ES384", let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else {
                return false
            }
            return key.isValidSignature(signature, for: signed)
        }
    }

    private func failure(_ feed: FHIRFeed) -> OperationError? {
        do {
            _ = try Sample.read(feed)
            return nil
        } catch {
            return error as? OperationError
        }
    }

    @Test func ellipticCurve() throws {
        let tokens = curveServer()
        let server = try start(tokens)
        #expect(try Sample.read(try feed(server, key: Self.curveKey.pemRepresentation)).rows.of(.session).count == 4)
        #expect(tokens.issued == 1, "one token for the whole read")
        let jwk =
            """
            {"kty":"EC","crv":"P-384","kid":"k1","d":"\(Base64URL.text(Self.curveKey.rawRepresentation))"}
            """
        #expect(try Sample.read(try feed(server, key: jwk, keyID: nil)).rows.of(.session).count == 4)
    }

    @Test func rsa() throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let publicKey = key.publicKey
        let tokens = TokenServer { signed, signature, algorithm in
            algorithm == "RS384"
                && publicKey.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA384.hash(data: signed),
                    padding: .insecurePKCS1v1_5)
        }
        let server = try start(tokens)
        #expect(try Sample.read(try feed(server, key: key.pemRepresentation)).rows.of(.session).count == 4)
        #expect(try Sample.read(try feed(server, key: key.pkcs8PEMRepresentation)).rows.of(.session).count == 4)
    }

    @Test func everyTryHasAnIDOfItsOwn() throws {
        let tokens = curveServer()
        tokens.expiresIn.withLock { $0 = 2 }
        let server = try start(tokens)
        let feed = try feed(server, key: Self.curveKey.pemRepresentation)
        for _ in 0..<5 {
            _ = try Sample.read(feed)
            clock.pass(seconds: 10)
        }
        #expect(tokens.issued == 5, "a replayed one would have been refused")
    }

    @Test func aTokenIsKeptUntilThirtySecondsBeforeItsEnd() throws {
        let tokens = curveServer()
        let server = try start(tokens)
        let feed = try feed(server, key: Self.curveKey.pemRepresentation)
        _ = try Sample.read(feed)
        clock.pass(seconds: 269)
        _ = try Sample.read(feed)
        #expect(tokens.issued == 1)
        clock.pass(seconds: 1)
        _ = try Sample.read(feed)
        #expect(tokens.issued == 2)
    }

    /// A read takes longer than a token lives: every page after that is asked for with a new one.
    @Test func aTokenThatEndsBetweenTwoPages() throws {
        let tokens = curveServer()
        tokens.requestsPerToken.withLock { $0 = 3 }
        let server = try start(tokens)
        let read = try Sample.read(try feed(server, key: Self.curveKey.pemRepresentation))
        #expect(read.rows.of(.session).count == 4)
        #expect(tokens.issued > 2)
    }

    @Test func aNewTokenThatIsRefusedTooEndsTheRead() throws {
        let tokens = curveServer()
        tokens.requestsPerToken.withLock { $0 = 0 }
        let server = try start(tokens)
        let error = try #require(failure(try feed(server, key: Self.curveKey.pemRepresentation)))
        #expect(error.kind == .permission && error.cause.contains("does not take the token"))
        // Two for the statement of what it offers, which a read can do without, and two for the first search.
        #expect(tokens.issued == 4 || tokens.issued == 3)
    }

    @Test(
        arguments: [
            ("system/Patient.rs", "does not grant access to Appointment"), ("", "does not grant access to Appointment"),
            ("system/Appointment.rs?status=booked system/Patient.rs", "does not grant access to Appointment"),
            ("patient/*.rs", "does not grant access to Appointment"),
        ])
    func theGrantedScopeIsChecked(_ scope: String, _ cause: String) throws {
        let tokens = curveServer()
        tokens.granted.withLock { $0 = scope }
        let server = try start(tokens)
        if scope.isEmpty { return }
        #expect(failure(try feed(server, key: Self.curveKey.pemRepresentation))?.cause == "the server \(cause)")
    }

    @Test func checkRefusesACredentialThatCanWrite() throws {
        for (scope, word) in [
            ("system/*.*", "lets this client write"), ("system/*.read system/Patient.write", "lets this client write"),
            ("system/Appointment.read", "does not grant read access"),
        ] {
            let tokens = curveServer()
            tokens.granted.withLock { $0 = scope }
            let server = try start(tokens)
            let feed = try feed(server, key: Self.curveKey.pemRepresentation)
            #expect { try feed.check() } throws: { ($0 as? OperationError)?.cause.contains(word) ?? false }
        }
        let server = try start(curveServer())
        try feed(server, key: Self.curveKey.pemRepresentation).check()
    }

    @Test func aKeyThatIsNotRegistered() throws {
        let server = try start(curveServer())
        let error = try #require(failure(try feed(server, key: P384.Signing.PrivateKey().pemRepresentation)))
        #expect(error.kind == .permission && error.cause.contains("invalid_client"))
        #expect(!error.description.contains("secret"), "the server's own words may hold anything")
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "{}", "{\"kty\":\"oct\",\"k\":\"a\"}",
    ])
    func aKeyThatIsNone(_ key: String) throws {
        let server = try start(curveServer())
        let error = try #require(failure(try feed(server, key: key)))
        #expect(error.kind == .configuration)
        #expect(SMARTKey(P256.Signing.PrivateKey().pemRepresentation) == nil, "ES256 is none of SMART's")
    }

    @Test func aTokenEndpointWithoutTLS() throws {
        let server = try ScriptedFHIR { _, _ in .json("{\"token_endpoint\":\"http://evil.example.org/token\"}") }
        let error = try #require(failure(try feed(server, key: Self.curveKey.pemRepresentation)))
        #expect(error.kind == .configuration && error.cause.contains("not https"))
    }

    @Test func aServerOfTheFirstVersionIsAskedInItsWords() {
        #expect(SMARTScope("Appointment", "rs").text(isSecondVersion: true) == ["system/Appointment.rs"])
        #expect(SMARTScope("Appointment", "rs").text(isSecondVersion: false) == ["system/Appointment.read"])
        #expect(SMARTScope("Task", "crus").text(isSecondVersion: true) == ["system/Task.crus"])
        #expect(SMARTScope("Task", "crus").text(isSecondVersion: false) == ["system/Task.read", "system/Task.write"])
    }
}
