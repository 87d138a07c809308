import Crypto
import Foundation

/// 256 random bits that a browser, a link or a calendar holds; vigil keeps their hash.
struct SecretToken: Sendable {
    /// base64url without padding, 43 characters.
    let text: String
    let hash: [UInt8]

    /// A new one.
    init() {
        self.init(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    /// - Returns: nil for what is no such token.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43 else { return nil }
        let base64 = String(text).replacing("-", with: "+").replacing("_", with: "/") + "="
        guard let data = Data(base64Encoded: base64), data.count == 32 else { return nil }
        self.init(bytes: Array(data))
    }

    private init(bytes: [UInt8]) {
        text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
        hash = Array(SHA256.hash(data: bytes))
    }

    /// `count` random bytes, for salts and keys.
    static func randomBytes(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
