import Crypto
import Dispatch
import Foundation
import _CryptoExtras

/// scrypt with the parameters that OWASP's Password Storage cheat sheet names first: N 2^17, r 8, p 1. One run takes 128 MB and
/// some tenths of a second, so they run one at a time, on a thread of their own.
enum PasswordHash {
    static let rounds = 1 << 17
    static let blockSize = 8
    static let saltBytes = 16
    static let hashBytes = 32

    private static let queue = DispatchQueue(label: "vigil.password")

    static func hash(_ password: String, salt: [UInt8]) async throws -> [UInt8] {
        // The same letters from two keyboards may be other code points: NFKC, as RFC 8265 asks.
        let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        try KDF.Scrypt.deriveKey(
                            from: bytes, salt: salt, outputByteCount: hashBytes, rounds: rounds, blockSize: blockSize,
                            parallelism: 1
                        ).withUnsafeBytes { Array($0) }
                    })
            }
        }
    }

    /// In time that does not tell where they differ.
    static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
