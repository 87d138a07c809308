import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

@Suite struct PolicyFileTests {
    private let shipped: String

    init() throws {
        shipped = try String(contentsOfFile: TestPolicy.path, encoding: .utf8)
    }

    private func replacing(_ old: String, with new: String, in text: String? = nil) throws -> String {
        let text = text ?? shipped
        try #require(text.contains(old), "the shipped policy no longer has '\(old)'")
        return text.replacingOccurrences(of: old, with: new)
    }

    private func place(of fragment: String, in text: String) throws -> String {
        let range = try #require(text.range(of: fragment))
        let before = text[..<range.lowerBound]
        let column = before.lastIndex(of: "\n").map { before.distance(from: $0, to: before.endIndex) } ?? 1
        return "\(before.count { $0 == "\n" } + 1):\(column)"
    }

    private func failure(_ text: String) -> String {
        do {
            _ = try PolicyFile.parse(text: text, file: "policy.yaml")
            return "loads"
        } catch let error as OperationError {
            return error.cause
        } catch {
            return "\(error)"
        }
    }

    // MARK: The shipped file

    @Test func theShippedPolicyLoadsAndIsInShadow() throws {
        let loaded = try TestPolicy.loaded()
        #expect(loaded.approval == .shadow(.notSigned))
        #expect(!loaded.policy.isApproved)
        #expect(loaded.policy.hash.utf8.count == 64)
        #expect(loaded.policy.floors.map(\.id.text) == Self.floorIDs)
    }

    // clinical.md sections 2, 3 and 5, word by word.
    private static let factorIDs = [
        "cssrs_ideation", "phq9_item9", "clinician_flag", "screen_unassessed", "suicidal_behaviour", "self_injury",
        "psychiatric_discharge", "ed_visit_suicidal", "new_client", "diagnosis_group", "medication_stopped",
        "this_miss",
        "prior_misses", "missed_in_a_row", "nothing_booked", "no_screen_on_file",
    ]
    private static let floorIDs = [
        "cssrs_4_5_recent", "suicidal_behaviour_90d", "discharge_30d_suicide_related", "cssrs_4_5_31_90d",
        "clinician_flag", "discharge_7d", "ed_suicidal_30d", "discharge_30d", "cssrs_3_recent", "minor_with_factor",
        "invalid_safety_field", "engagement",
    ]
    private static let flagIDs = [
        "trauma_focused_early", "repeated_misses", "lengthening_gap", "symptoms_rising", "therapist_changed",
        "anniversary", "too_stressful", "before_third_session",
    ]

    @Test func everyIdOfTheTablesStandsInTheFileAndInTheCatalogue() throws {
        let root = ConfigReader(root: try ConfigNode(yaml: shipped))
        #expect(root.section("factors").keys.map(\.key) == Self.factorIDs)
        #expect(RiskFactorCatalog.types.map { $0.id.text } == Self.factorIDs)
        #expect(root.section("engagement").keys.map(\.key) == Self.flagIDs)
        #expect(EngagementFlagCatalog.types.map { $0.id.text } == Self.flagIDs)
    }

    @Test func everyNumberHasACitation() throws {
        var missing: [ConfigNode.Place] = []
        func walk(_ node: ConfigNode) {
            switch node.content {
            case .scalar: break
            case .list(let items): items.forEach(walk)
            case .map(let entries):
                let keys = entries.map(\.key)
                if keys.contains("points") || keys.contains("tier"), !keys.contains("basis") {
                    missing.append(node.place)
                }
                entries.forEach { walk($0.value) }
            }
        }
        walk(try ConfigNode(yaml: shipped))
        #expect(missing.isEmpty)
    }

    // MARK: Errors

    @Test func anUnknownKeyHasASuggestion() throws {
        let text = try replacing("  notice_hours: 24", with: "  notice_hour: 24")
        let cause = failure(text)
        #expect(
            cause.contains(
                "policy.yaml:\(try place(of: "notice_hour:", in: text)): unknown key 'notice_hour' in detection; did you mean"
                    + " 'notice_hours'?"))
        #expect(cause.contains("detection.notice_hours is missing"))
    }

    @Test func severalIssuesShowAtOnceEachAtItsPlace() throws {
        var text = try replacing("now_from_points: 11", with: "now_from_points: eleven")
        text = try replacing("closes: 17:00", with: "closes: 25:00", in: text)
        text = try replacing("    under_age: 18", with: "    under_age: 180", in: text)
        text = try replacing("  new_client:\n", with: "  clinician_flag: {}\n  new_client:\n", in: text)
        text = try replacing("    rule: clinician_flag", with: "    rule: clinican_flag", in: text)
        let cause = failure(text)
        for (fragment, message) in [
            ("eleven", "tiers.now_from_points must be a whole number"),
            ("25:00", "practice.closes must be a time such as 09:00"),
            ("180\n    basis", "floors[10].under_age is 180, and must be from 1 to 30"),
            ("clinician_flag: {}", "the key 'clinician_flag' stands in this mapping twice"),
            ("clinican_flag", "floors[5].rule must be one of"),
        ] {
            #expect(cause.contains("policy.yaml:\(try place(of: fragment, in: text)): \(message)"), "\(cause)")
        }
        #expect(cause.contains("did you mean 'clinician_flag'?"))
    }

    @Test func aMissingFileIsAConfigurationError() {
        let error = #expect(throws: OperationError.self) { try PolicyFile.load(path: "/nonexistent/policy.yaml") }
        #expect(error?.kind == .configuration)
        #expect(error?.cause == "the file does not exist")
    }

    // MARK: Hash and approval

    private func hash(_ text: String) throws -> String {
        try PolicyFile.parse(text: text, file: "policy.yaml").policy.hash
    }

    @Test func commentsSpacesAndKeyOrderDoNotChangeTheHash() throws {
        let original = try hash(shipped)
        let bare = shipped.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        #expect(try hash(bare.joined(separator: "\n\n")) == original)
        let reordered = try replacing(
            "  next_from_points: 4\n  today_from_points: 7\n", with: "  today_from_points:   7\n  next_from_points: 4\n"
        )
        #expect(try hash(reordered) == original)
        #expect(try hash(replacing("approved_by: \"\"", with: "approved_by: somebody")) == original)
    }

    @Test func anyNumberTextOrListOrderChangesTheHash() throws {
        let original = try hash(shipped)
        #expect(try hash(replacing("now_from_points: 11", with: "now_from_points: 12")) != original)
        #expect(try hash(replacing("basis: VA record flag", with: "basis: Judgement")) != original)
        #expect(try hash(replacing("[psychosis, bipolar,", with: "[bipolar, psychosis,")) != original)
    }

    private func signed(_ text: String, hash: String? = nil) throws -> String {
        var signed = try replacing("approved_by: \"\"", with: "approved_by: A. Clinician", in: text)
        signed = try replacing("approved_on: \"\"", with: "approved_on: 2026-11-24", in: signed)
        let hash = try hash ?? self.hash(text)
        return try replacing("policy_hash: \"\"", with: "policy_hash: \(hash)", in: signed)
    }

    private func written() throws -> String {
        try replacing("when_not_reached: \"\"", with: "when_not_reached: The clinical lead decides.")
    }

    private func approval(_ text: String) throws -> Approval {
        try PolicyFile.parse(text: text, file: "policy.yaml").approval
    }

    @Test func aSignedPolicyIsApprovedUntilItIsEdited() throws {
        let text = try signed(written())
        let loaded = try PolicyFile.parse(text: text, file: "policy.yaml")
        let day = try #require(LocalDay(iso: "2026-11-24"))
        #expect(loaded.approval == .approved(by: "A. Clinician", role: "", on: day))
        #expect(loaded.policy.isApproved)
        let edited = try replacing("now_from_points: 11", with: "now_from_points: 12", in: text)
        #expect(try approval(edited) == .shadow(.changedSinceApproval))
        #expect(try !PolicyFile.parse(text: edited, file: "policy.yaml").policy.isApproved)
        #expect(try approval("# a comment\n" + text).isApproved)
    }

    @Test func withoutAWordOnWhatFollowsItCannotBeApproved() throws {
        #expect(try approval(signed(shipped)) == .shadow(.noTextWhenNotReached))
        let blank = try replacing("when_not_reached: \"\"", with: "when_not_reached: \"  \"")
        #expect(try approval(signed(blank)) == .shadow(.noTextWhenNotReached))
    }

    @Test func anUnsignedPartMeansShadow() throws {
        let text = try signed(written())
        for (old, new) in [
            ("approved_by: A. Clinician", "approved_by:"), ("approved_on: 2026-11-24", "approved_on: \"\""),
            ("  policy_hash:", "  # policy_hash:"),
        ] {
            #expect(try approval(replacing(old, with: new, in: text)) == .shadow(.notSigned))
        }
        let cut = try #require(text.range(of: "\napproval:"))
        #expect(try approval(String(text[..<cut.lowerBound])) == .shadow(.notSigned))
    }

    @Test func aPartOfAHashAndAStrangeDayAreIssues() throws {
        let short = try signed(written(), hash: String(hash(written()).prefix(12)))
        #expect(failure(short).contains("approval.policy_hash must be the whole hash, 64 digits"))
        let strange = try replacing("2026-11-24", with: "24.11.2026", in: signed(written()))
        #expect(failure(strange).contains("approval.approved_on must be a day such as 2026-11-24"))
    }
}
