import Foundation
import VigilCore
import VigilHTTP

/// Tokens by SMART Backend Services: a signed assertion against an access token, kept until shortly before it ends.
///
/// One thread at a time, as its feed.
final class SMARTBackendAuth {
    private let settings: SMARTSettings
    private let base: FHIRBase
    private let scopes: [SMARTScope]
    private let http: HTTPClient
    private let clock: any WallClock
    private var endpoint: Endpoint?
    private var token: Token?

    private struct Endpoint {
        var url: String
        var isSecondVersion: Bool
    }

    private struct Token {
        var text: String
        /// From here on a new one is asked for.
        var until: WallTime
        /// As the server wrote them.
        var scopes: String
    }

    /// - Parameter scopes: what is asked for; the first is the one without which nothing can be done.
    init(
        _ settings: SMARTSettings, base: FHIRBase, scopes: [SMARTScope], http: HTTPClient, clock: any WallClock
    ) {
        self.settings = settings
        self.base = base
        self.scopes = scopes
        self.http = http
        self.clock = clock
    }

    /// A token that holds for the next request.
    func bearer() throws(OperationError) -> String {
        if let token, clock.now() < token.until { return token.text }
        let fresh = try obtain()
        token = fresh
        return fresh.text
    }

    /// Drops the token: the server did not take it.
    func refuse() {
        token = nil
    }

    /// What the server has granted for a type.
    func granted(_ type: String) throws(OperationError) -> Set<Character> {
        _ = try bearer()
        return token.map { SMARTScope.granted($0.scopes, for: type) } ?? []
    }

    private func obtain() throws(OperationError) -> Token {
        guard let key = SMARTKey(settings.key) else {
            throw failure(
                .configuration, "the private key cannot be read",
                "give a P-384 key or an RSA key of 2048 bits and more, as PEM or JWK, in the credential")
        }
        let endpoint = if let known = self.endpoint { known } else { try discover() }
        self.endpoint = endpoint
        let now = clock.now()
        let assertion = SMARTAssertion(
            clientID: settings.clientID, audience: endpoint.url,
            keyID: settings.keyID ?? SMARTKey.keyID(inJWK: settings.key), now: now)
        guard let signed = try? assertion.signed(with: key) else {
            throw failure(.configuration, "the private key does not sign", "make a new key and register it")
        }
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", scopes.flatMap { $0.text(isSecondVersion: endpoint.isSecondVersion) }.joined(separator: " ")),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", signed),
        ]
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try http.request(
                .post, endpoint.url, body: Array(FHIRQuery.text(form).utf8),
                headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")])
        } catch {
            // It may be another place by now.
            self.endpoint = nil
            throw failure(.unavailable, "\(error)", "check the token endpoint and the network", retry: true)
        }
        return try read(response, now: now)
    }

    private func read(_ response: HTTPResponse, now: WallTime) throws(OperationError) -> Token {
        let answer = FHIRElement(json: response.body)
        guard response.status == 200 else {
            // The code is one of a list (RFC 6749, section 5.2); the description beside it may hold anything.
            let code = answer?.text("error").flatMap { Self.errorCodes.contains($0) ? " (\($0))" : nil } ?? ""
            let isBusy = response.status >= 500 || response.status == 429
            throw failure(
                isBusy ? .unavailable : .permission, "the token endpoint answered \(response.status)\(code)",
                isBusy ? "wait for the server" : "check client id, key and scopes with whoever runs the server",
                retry: true)
        }
        guard let answer, let text = answer.text("access_token"), !text.isEmpty,
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            answer.text("token_type")?.lowercased() == "bearer"
        else {
            throw failure(
                .badData, "the answer holds no bearer token", "check that the token endpoint is the right one")
        }
        let life = Int(max(1, min(86_400, answer["expires_in"]?.number ?? 300)))
        let token = Token(
            text: text, until: now.adding(seconds: life - min(30, life / 2)),
            // Without one the server has granted what was asked for (RFC 6749, section 5.1).
            scopes: answer.text("scope") ?? scopes.flatMap { $0.text(isSecondVersion: true) }.joined(separator: " "))
        if let needed = scopes.first, !needed.letters.isSubset(of: SMARTScope.granted(token.scopes, for: needed.type)) {
            throw failure(
                .permission, "the server does not grant access to \(needed.type)",
                "have \(needed.text(isSecondVersion: true).joined(separator: " ")) granted to this client")
        }
        return token
    }

    private static let errorCodes: Set<String> = [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope",
    ]

    private func discover() throws(OperationError) -> Endpoint {
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try http.request(
                .get, "\(base.text)/.well-known/smart-configuration", headers: [("Accept", "application/json")])
        } catch {
            throw failure(.unavailable, "\(error)", "check the address and the network", retry: true)
        }
        let configuration = response.status == 200 ? FHIRElement(json: response.body) : nil
        let url = settings.tokenURL ?? configuration?.text("token_endpoint")
        guard let url, FHIRBase.origin(of: url) != nil else {
            throw failure(
                response.status >= 500 ? .unavailable : .configuration,
                url == nil
                    ? "its .well-known/smart-configuration names no token endpoint" : "its token endpoint is not https",
                "set the token URL, or use a server that offers SMART Backend Services", retry: true)
        }
        let capabilities = configuration?.list("capabilities").compactMap(\.text) ?? []
        return Endpoint(
            url: url, isSecondVersion: capabilities.contains("permission-v2") || !capabilities.contains("permission-v1")
        )
    }

    private func failure(
        _ kind: OperationError.Kind, _ cause: String, _ remedy: String, retry: Bool = false
    ) -> OperationError {
        OperationError(
            kind, operation: "get an access token", subject: base.text, cause: cause, remedy: remedy, retry: retry)
    }
}
