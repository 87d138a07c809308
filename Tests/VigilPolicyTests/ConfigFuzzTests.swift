import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// Spoilt configuration files: each is read or refused with the file's name and what to do; none ends the program, and none is
/// approved by another file's approval.
@Suite struct ConfigFuzzTests {
    private enum File: String, CaseIterable {
        case policy, vigil, oncall, practice

        var text: String {
            get throws {
                try String(
                    contentsOfFile: (TestPolicy.path as NSString).deletingLastPathComponent + "/\(rawValue).yaml",
                    encoding: .utf8)
            }
        }

        func read(_ text: String) throws {
            switch self {
            case .policy: _ = try PolicyFile.parse(text: text, file: "spoilt.yaml")
            case .vigil:
                _ = try ConfigFile.parse(text: text, file: "spoilt.yaml", operation: "read") { reader, _ in
                    MachineConfig(reading: reader, folder: "/etc/vigil")
                }
            case .oncall:
                _ = try ConfigFile.parse(text: text, file: "spoilt.yaml", operation: "read") { reader, _ in
                    OnCallSchedule(reading: reader)
                }
            case .practice:
                _ = try ConfigFile.parse(text: text, file: "spoilt.yaml", operation: "read") { reader, _ in
                    PracticeRules(reading: reader)
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["policy", "vigil", "oncall", "practice"])
    func readOrRefused(_ name: String) throws {
        let file = try #require(File(rawValue: name))
        var mangler = Mangler(
            seed: Mangler.announcedSeed("ConfigFuzzTests \(name)"),
            tokens: [
                "&a", "*a", "<<", "!!binary", "- ", ": ", "{", "}", "[", "]", "|", ">", "---\n", "? ", "points",
                "basis",
            ])
        let whole = try file.text
        // Without its comments most changes hit what is read.
        let bare = whole.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }.joined(separator: "\n")
        var (read, slowest) = (0, Duration.zero)
        let tried = try mangler.fuzz([whole, bare, bare]) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let begin = ContinuousClock.now
            do {
                try file.read(text)
                read += 1
            } catch let error as OperationError {
                #expect(error.kind == .configuration)
                #expect(error.description.contains("spoilt.yaml") && !error.remedy.isEmpty)
                // Bounded: a report of a spoilt file must fit a screen and a journal line.
                #expect(error.description.utf8.count < 64_000)
            }
            slowest = max(slowest, ContinuousClock.now - begin)
        }
        let report = "ConfigFuzzTests: \(name): \(tried) texts, \(read) read, slowest \(slowest)\n"
        FileHandle.standardError.write(Data(report.utf8))
        #expect(tried > 20 && read > 0 && read < tried)
    }

    /// An approval holds for one content: whatever is changed in an approved policy, it is the same content or not approved.
    @Test(.timeLimit(.minutes(10))) func noOtherPolicyIsApproved() throws {
        let text = try File.policy.text.replacing(
            "when_not_reached: \"\"", with: "when_not_reached: The lead decides.")
        let hash = try PolicyFile.parse(text: text, file: "policy.yaml").policy.hash
        let approved = text.replacing("approved_by: \"\"", with: "approved_by: Dr Example")
            .replacing("  role: \"\"\n", with: "  role: clinical lead\n")
            .replacing("approved_on: \"\"", with: "approved_on: 2026-11-01")
            .replacing("policy_hash: \"\"", with: "policy_hash: \(hash)")
        #expect(try PolicyFile.parse(text: approved, file: "policy.yaml").policy.isApproved)
        var mangler = Mangler(
            seed: Mangler.announcedSeed("ConfigFuzzTests approval"), tokens: ["5", "15", "30", "now"])
        var (same, other) = (0, 0)
        _ = mangler.fuzz([approved]) { bytes in
            guard let policy = try? PolicyFile.parse(text: String(decoding: bytes, as: UTF8.self), file: "p").policy
            else { return }
            if policy.hash == hash { same += 1 } else { other += 1 }
            #expect(!policy.isApproved || policy.hash == hash)
        }
        #expect(same > 0 && other > 0, "\(same) with the content unchanged, \(other) with another")
    }
}
