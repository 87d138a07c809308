import Crypto
import Foundation
import VigilSQL

/// The head of the audit chain at one moment, to be signed and kept elsewhere: whoever removes the newest rows later, or writes
/// the whole chain anew, contradicts it.
///
/// In the text form of C2SP's tlog-checkpoint, signed as a C2SP signed-note with Ed25519, so that other tools can check it. The
/// hash is that of the newest row of a chain, and not a tree's.
package struct Checkpoint: Sendable, Hashable {
    /// Whose chain: the name of the key, by convention a host and a path without a scheme.
    package var origin: String
    /// Rows of the chain.
    package var rows: Int64
    /// Of the newest row.
    package var hash: [UInt8]

    package init(origin: String, rows: Int64, hash: [UInt8]) {
        self.origin = origin
        self.rows = rows
        self.hash = hash
    }

    private var body: String { "\(origin)\n\(rows)\n\(Data(hash).base64EncodedString())\n" }

    package func signed(by key: CheckpointKey) throws -> String {
        let signature = try key.privateKey.signature(for: Data(body.utf8))
        let line = Data(key.id + signature).base64EncodedString()
        return "\(body)\n\u{2014} \(key.name) \(line)\n"
    }

    /// What is wrong with a note that was given as a checkpoint.
    package enum Fault: String, Error, Sendable, Hashable {
        case notANote = "it is not a signed note with a checkpoint"
        case notSignedByKey = "it is not signed by this key"
        case signatureWrong = "its signature does not hold: it was changed"
    }

    /// - Parameter key: the public key, `NAME+ID+BASE64`.
    package static func verified(_ note: String, by key: CheckpointVerifier) throws(Fault) -> Checkpoint {
        guard let blank = note.range(of: "\n\n") else { throw .notANote }
        let body = String(note[..<blank.lowerBound]) + "\n"
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let rows = Int64(lines[1]), rows >= 0,
            let hash = Data(base64Encoded: String(lines[2])), hash.count == 32
        else { throw .notANote }
        let after = note[blank.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
        guard after.last == "", after.dropLast().allSatisfy({ $0.hasPrefix("\u{2014} ") }) else { throw .notANote }
        let prefix = "\u{2014} \(key.name) "
        let signatures = after.filter { $0.hasPrefix(prefix) }
            .compactMap { Data(base64Encoded: String($0.dropFirst(prefix.count))) }
            .filter { $0.count == 4 + 64 && $0.prefix(4).elementsEqual(key.id) }
        guard !signatures.isEmpty, lines[0] == key.name else { throw .notSignedByKey }
        guard signatures.allSatisfy({ key.publicKey.isValidSignature($0.dropFirst(4), for: Data(body.utf8)) }) else {
            throw .signatureWrong
        }
        return Checkpoint(origin: String(lines[0]), rows: rows, hash: [UInt8](hash))
    }
}

/// The private key of checkpoints: a credential.
package struct CheckpointKey: Sendable {
    package let name: String
    fileprivate let privateKey: Curve25519.Signing.PrivateKey

    /// A new one.
    /// - Returns: nil for a name that cannot stand in a note: empty, or with white space or a plus sign.
    package init?(name: String) {
        guard Self.isName(name) else { return nil }
        self.name = name
        privateKey = Curve25519.Signing.PrivateKey()
    }

    /// Reads `PRIVATE+KEY+NAME+ID+BASE64`, as `text` writes it.
    package init?(text: String) {
        let parts = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", Self.isName(String(parts[2])),
            let data = Data(base64Encoded: String(parts[4])), data.count == 33, data[0] == Self.algorithm,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data.dropFirst())
        else { return nil }
        name = String(parts[2])
        privateKey = key
        guard parts[3] == CheckpointKey.hex(id) else { return nil }
    }

    package var text: String {
        let data = Data([Self.algorithm]) + privateKey.rawRepresentation
        return "PRIVATE+KEY+\(name)+\(Self.hex(id))+\(data.base64EncodedString())"
    }

    package var verifier: CheckpointVerifier {
        CheckpointVerifier(name: name, publicKey: privateKey.publicKey)
    }

    fileprivate var id: [UInt8] { verifier.id }

    /// Ed25519 (C2SP signed-note).
    fileprivate static let algorithm: UInt8 = 1

    fileprivate static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "+") }
    }

    fileprivate static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
}

/// The public key of checkpoints, to be kept where they are checked.
package struct CheckpointVerifier: Sendable {
    package let name: String
    fileprivate let publicKey: Curve25519.Signing.PublicKey

    fileprivate init(name: String, publicKey: Curve25519.Signing.PublicKey) {
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads `NAME+ID+BASE64`, as `text` writes it.
    package init?(text: String) {
        let parts = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, CheckpointKey.isName(String(parts[0])),
            let data = Data(base64Encoded: String(parts[2])), data.count == 33, data[0] == CheckpointKey.algorithm,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: data.dropFirst())
        else { return nil }
        name = String(parts[0])
        publicKey = key
        guard parts[1] == CheckpointKey.hex(id) else { return nil }
    }

    package var text: String {
        let data = Data([CheckpointKey.algorithm]) + publicKey.rawRepresentation
        return "\(name)+\(CheckpointKey.hex(id))+\(data.base64EncodedString())"
    }

    /// The first four bytes of SHA-256 over name, line end, algorithm and key.
    fileprivate var id: [UInt8] {
        let data = Data("\(name)\n".utf8) + Data([CheckpointKey.algorithm]) + publicKey.rawRepresentation
        return Array(SHA256.hash(data: data).prefix(4))
    }
}

extension LedgerReader {
    /// The head of the audit chain.
    package func auditHead() throws -> (rows: Int64, hash: [UInt8]) {
        try connection.first("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1") { row in
            (row.int64(0), row.withBytes(1) { [UInt8]($0) })
        } ?? (0, AuditChain.genesis)
    }

    /// The hash of one row; nil when there is no such row.
    package func auditHash(at sequence: Int64) throws -> [UInt8]? {
        if sequence == 0 { return AuditChain.genesis }
        return try connection.first("SELECT hash FROM audit WHERE sequence = $1", [.integer(sequence)]) { row in
            row.withBytes(0) { [UInt8]($0) }
        }
    }
}
