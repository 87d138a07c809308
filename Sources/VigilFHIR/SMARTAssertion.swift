import Foundation
import VigilCore

/// The signed proof of who vigil is, for one try at one token endpoint (RFC 7523; SMART asks for ES384 or RS384).
struct SMARTAssertion {
    var clientID: String
    var audience: String
    var keyID: String?
    /// Never used twice: a server refuses one that it has seen.
    var id: String
    var now: WallTime

    /// SMART allows 5 minutes. Less, so that a server whose clock is behind does not count it for longer than that.
    static let lifeSeconds = 240

    init(clientID: String, audience: String, keyID: String?, now: WallTime) {
        self.clientID = clientID
        self.audience = audience
        self.keyID = keyID
        self.now = now
        var source = SystemRandomNumberGenerator()
        id = (0..<2).map { _ in String(source.next() as UInt64, radix: 36) }.joined(separator: "-")
    }

    func signed(with key: SMARTKey) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let header = try encoder.encode(Header(alg: key.algorithm, kid: keyID))
        let claims = try encoder.encode(
            Claims(
                iss: clientID, sub: clientID, aud: audience, exp: now.seconds + Int64(Self.lifeSeconds),
                iat: now.seconds,
                jti: id))
        let signed = "\(Base64URL.text(header)).\(Base64URL.text(claims))"
        return "\(signed).\(Base64URL.text(try key.signature(of: Array(signed.utf8))))"
    }

    private struct Header: Encodable {
        var alg: String
        var kid: String?
        var typ = "JWT"
    }

    private struct Claims: Encodable {
        var iss: String
        var sub: String
        var aud: String
        var exp: Int64
        var iat: Int64
        var jti: String
    }
}
