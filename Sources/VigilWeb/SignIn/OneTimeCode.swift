import Crypto
import Foundation

/// Time-based one-time codes (RFC 6238) as every authenticator makes them: SHA-1, 30 seconds, 6 digits.
enum OneTimeCode {
    static let keyBytes = 20
    static let secondsPerStep: Int64 = 30

    static func step(at seconds: Int64) -> Int64 { seconds / secondsPerStep }

    static func code(_ key: [UInt8], step: Int64) -> String {
        let counter = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Data($0) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: key)))
        let offset = Int(mac[mac.count - 1] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step that `code` is of, among this one and its neighbours (a phone's clock is seldom right); nil for none, and for one
    /// that is not newer than `last`.
    static func step(of code: String, _ key: [UInt8], at seconds: Int64, after last: Int64) -> Int64? {
        let typed = Array(code.filter { !$0.isWhitespace }.utf8)
        let now = step(at: seconds)
        // All three are looked at, whichever fits.
        let found = (now - 1...now + 1).filter { PasswordHash.equal(Array(self.code(key, step: $0).utf8), typed) }
        return found.last { $0 > last }
    }

    /// As an authenticator takes it by hand: base 32 (RFC 4648) in groups of four.
    static func words(_ key: [UInt8]) -> String {
        let text = Array(base32(key))
        return stride(from: 0, to: text.count, by: 4).map { String(text[$0..<min($0 + 4, text.count)]) }
            .joined(separator: " ")
    }

    /// What a phone's authenticator opens.
    static func link(_ key: [UInt8], person: String) -> String {
        "otpauth://totp/vigil:\(person)?secret=\(base32(key))&issuer=vigil&algorithm=SHA1&digits=6&period=30"
    }

    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var (buffer, bits) = (UInt32(0), 0)
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return text
    }
}
