import Foundation
import Testing
import VigilCore
import VigilTestKit

/// design.md: a contributor adds a rule with one file and one line in a catalogue.
@Suite struct CatalogueTests {
    private func files(in folder: String, except: Set<String> = []) throws -> Set<String> {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let url = root.appending(path: "Sources/VigilCore/Risk/\(folder)")
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path())
        return Set(names.map { $0.replacing(".swift", with: "") }).subtracting(except)
    }

    @Test func everyFactorHasOneFileAndOneLine() throws {
        let types = RiskFactorCatalog.types.map { String(describing: $0) }
        #expect(Set(types).count == types.count)
        #expect(try files(in: "Factors") == Set(types))
    }

    @Test func everyEngagementFlagHasOneFileAndOneLine() throws {
        let types = EngagementFlagCatalog.types.map { String(describing: $0) }
        #expect(Set(types).count == types.count)
        #expect(try files(in: "Engagement", except: ["EngagementFlag"]) == Set(types))
    }

    @Test func idsAreUniqueOverFactorsFloorsAndFlags() throws {
        let factors = RiskFactorCatalog.types.map { $0.id }
        let flags = EngagementFlagCatalog.types.map { $0.id }
        #expect(Set(factors + flags).count == factors.count + flags.count)
        let floors = try ShippedPolicy.get().floors.map(\.id)
        #expect(Set(floors).count == floors.count)
        // One name for one thing: the flag is a factor and a floor (clinical.md section 9).
        #expect(Set(floors).intersection(factors + flags) == ["clinician_flag"])
    }

    /// The tables of clinical.md sections 2 and 5.
    @Test func theCatalogueIsTheTableOfClinicalMd() {
        let domains: [Domain: [RuleID]] = [
            .ideation: ["cssrs_ideation", "phq9_item9", "clinician_flag"],
            .unassessed: ["screen_unassessed"],
            .behaviour: ["suicidal_behaviour", "self_injury"],
            .transition: ["psychiatric_discharge", "ed_visit_suicidal", "new_client"],
            .diagnosis: ["diagnosis_group"],
            .medication: ["medication_stopped"],
            .attendance: ["this_miss", "prior_misses", "missed_in_a_row", "nothing_booked"],
            .unknown: ["no_screen_on_file"],
        ]
        #expect(
            Dictionary(grouping: RiskFactorCatalog.types, by: { $0.domain }).mapValues { $0.map { $0.id } } == domains)
        #expect(
            EngagementFlagCatalog.types.map { $0.id } == [
                "trauma_focused_early", "repeated_misses", "lengthening_gap", "symptoms_rising", "therapist_changed",
                "anniversary", "too_stressful", "before_third_session",
            ])
    }

    @Test func everyAssessmentListsEveryFactorOnce() throws {
        let findings = try ClientBuilder.one.assess(ShippedPolicy.get()).findings
        #expect(findings.map(\.rule) == RiskFactorCatalog.types.map { $0.id })
    }
}
