import Crypto
import Foundation
import _CryptoExtras

/// A private key that signs client assertions: P-384 with ES384, or RSA with RS384 (RFC 7518, sections 3.3 and 3.4).
enum SMARTKey {
    case ellipticCurve(P384.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    /// - Parameter text: PEM (PKCS #8, SEC 1, PKCS #1) or a JWK.
    /// - Returns: nil when it is no such key, or an RSA key of less than 2048 bits.
    init?(_ text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.hasPrefix("{") {
            guard let key = Self.fromJWK(Array(trimmed.utf8)) else { return nil }
            self = key
        } else if let key = try? P384.Signing.PrivateKey(pemRepresentation: trimmed) {
            self = .ellipticCurve(key)
        } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: trimmed) {
            self = .rsa(key)
        } else {
            return nil
        }
    }

    private static func fromJWK(_ bytes: [UInt8]) -> SMARTKey? {
        guard let jwk = FHIRElement(json: bytes) else { return nil }
        func data(_ key: String) -> Data? { jwk.text(key).flatMap { Base64URL.data($0) } }
        switch jwk.text("kty") {
        case "EC" where jwk.text("crv") == "P-384":
            return data("d").flatMap { try? P384.Signing.PrivateKey(rawRepresentation: $0) }.map(SMARTKey.ellipticCurve)
        case "RSA":
            guard let n = data("n"), let e = data("e"), let d = data("d"), let p = data("p"), let q = data("q") else {
                return nil
            }
            return (try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q)).map(SMARTKey.rsa)
        default: return nil
        }
    }

    /// The `kid` that a JWK names itself by.
    static func keyID(inJWK text: String) -> String? {
        FHIRElement(json: Array(text.utf8))?.text("kid")
    }

    var algorithm: String {
        switch self {
        case .ellipticCurve: "ES384"
        case .rsa: "RS384"
        }
    }

    func signature(of bytes: [UInt8]) throws -> Data {
        switch self {
        case .ellipticCurve(let key): try key.signature(for: Data(bytes)).rawRepresentation
        // "insecure" is the library's word for PKCS #1 v1.5; RS384 is that, and as a signature it is not broken.
        case .rsa(let key):
            try key.signature(for: SHA384.hash(data: Data(bytes)), padding: .insecurePKCS1v1_5).rawRepresentation
        }
    }
}

/// RFC 4648, section 5, without padding.
enum Base64URL {
    static func text(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func data(_ text: String) -> Data? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
