import Foundation
import Testing
import VigilTestKit

extension InUse {
    /// Checkpoints that were kept elsewhere, against a ledger whose newest rows somebody removed.
    @Suite struct CheckpointTests {
        /// A practice with a key; the public one.
        private func started() async throws -> (PracticeFolder, RunningDaemon, String) {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let made = try await VigilProcess.run([VigilProcess.vigil, "audit", "key", "practice.example.org/vigil"])
            #expect(made.output.hasPrefix("PRIVATE+KEY+practice.example.org/vigil+"))
            try FileManager.default.createDirectory(
                atPath: practice.path + "/credentials", withIntermediateDirectories: false)
            try practice.write(made.output, to: "credentials/checkpoint")
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + "audit: {checkpoint_key: {credential: checkpoint}}\n", to: "vigil.yaml")
            let daemon = try practice.startDaemon(
                environment: ["CREDENTIALS_DIRECTORY": practice.path + "/credentials"])
            try await daemon.polled()
            return (practice, daemon, made.errors.trimmingCharacters(in: .newlines))
        }

        private func verify(_ practice: PracticeFolder, _ key: String, _ name: String = "checkpoint") async throws
            -> VigilProcess.Result
        {
            try await practice.vigil("audit", "verify", "--checkpoint", "\(practice.path)/\(name)", "--key", key)
        }

        @Test(.timeLimit(.minutes(3))) func showsWhatWasRemoved() async throws {
            let (practice, daemon, key) = try await started()
            let note = try await practice.vigil("audit", "checkpoint")
            #expect(note.exit == .status(0), "\(note.errors)")
            try practice.write(note.output, to: "checkpoint")
            #expect(try await verify(practice, key).output.contains("it goes on from the checkpoint"))
            _ = try await practice.vigil("queue", "list", "--reveal")
            #expect(try await verify(practice, key).exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
            #expect(try await verify(practice, key).exit == .status(0))

            // The newest rows are gone, and the chain that is left holds in itself.
            let rows = try #require(Int(note.output.split(separator: "\n")[1]))
            let cut = "DROP TRIGGER audit_is_never_deleted; DELETE FROM audit WHERE sequence >= \(rows);"
            #expect(try await VigilProcess.run(["sqlite3", practice.ledgerPath, cut]).exit == .status(0))
            let plain = try await practice.vigil("audit", "verify")
            #expect(!plain.output.contains("I21"), "the chain alone cannot tell")
            let found = try await verify(practice, key)
            #expect(found.exit == .status(1) && found.output.contains("I21: the checkpoint has \(rows) rows"))
        }

        @Test(.timeLimit(.minutes(3))) func aForgedOneIsRefused() async throws {
            let (practice, daemon, key) = try await started()
            let note = try await practice.vigil("audit", "checkpoint").output
            for (old, new, words) in [
                ("\n\u{2014} ", "\nextension\n\u{2014} ", "it is not a signed note"),
                ("practice.example.org/vigil\n", "other.example.org/vigil\n", "it is not signed by this key"),
            ] {
                try practice.write(note.replacing(old, with: new, maxReplacements: 1), to: "forged")
                let refused = try await verify(practice, key, "forged")
                #expect(refused.exit == .status(65) && refused.errors.contains(words), "\(words): \(refused.errors)")
            }
            let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
            let fewer = note.replacing("\n\(lines[1])\n", with: "\n1\n", maxReplacements: 1)
            try practice.write(fewer, to: "forged")
            #expect(try await verify(practice, key, "forged").errors.contains("its signature does not hold"))
            let other = try await VigilProcess.run([VigilProcess.vigil, "audit", "key", "practice.example.org/vigil"])
            try practice.write(note, to: "checkpoint")
            let foreign = try await verify(practice, other.errors.trimmingCharacters(in: .newlines))
            #expect(foreign.errors.contains("it is not signed by this key"))
            #expect(try await daemon.stop() == .status(0))
        }

        /// By OpenSSL, which has never heard of vigil: the body is what is signed, by the key that the verifier names.
        @Test(.timeLimit(.minutes(3))) func othersCanCheckIt() async throws {
            let (practice, daemon, key) = try await started()
            let note = try await practice.vigil("audit", "checkpoint").output
            let parts = note.components(separatedBy: "\n\n")
            try practice.write(parts[0] + "\n", to: "body")
            let signature = try #require(Data(base64Encoded: String(parts[1].dropLast().split(separator: " ")[2])))
            try signature.dropFirst(4).write(to: URL(filePath: practice.path + "/signature"))
            let raw = try #require(Data(base64Encoded: String(key.split(separator: "+", maxSplits: 2)[2])))
            // SubjectPublicKeyInfo of Ed25519 (RFC 8410).
            let header: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
            try (Data(header) + raw.dropFirst()).write(to: URL(filePath: practice.path + "/key.der"))
            let checked = try await VigilProcess.run([
                "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey",
                practice.path + "/key.der", "-sigfile", practice.path + "/signature", "-in", practice.path + "/body",
            ])
            #expect(checked.exit == .status(0), "\(checked.errors)")
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
