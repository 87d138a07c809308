import VigilCore

/// Conditions as diagnoses: the active and confirmed ones, by their ICD-10-CM codes.
enum ConditionRows {
    static let query: [(name: String, value: String)] = [("clinical-status", "active,recurrence,relapse")]

    static func rows(_ resource: FHIRElement, base: FHIRBase) -> [SourceRow] {
        guard resource.codings("clinicalStatus").contains(where: { active.contains($0.code ?? "") }) else { return [] }
        // One that is not said to be verified is the common one of a problem list.
        let verification = resource.codings("verificationStatus").compactMap(\.code)
        guard verification.isEmpty || verification.contains("confirmed"),
            let client = FHIRReference(resource["subject"], base: base), client.type == "Patient"
        else { return [] }
        return resource.codings("code").filter { systems.contains($0.system ?? "") }.compactMap(\.code)
            .map { SourceRow(.diagnosis, [.text(client.id), .text($0)]) }
    }

    /// Recurrence and relapse are kinds of active (hl7.org/fhir/R4/codesystem-condition-clinical.html).
    private static let active: Set<String> = ["active", "recurrence", "relapse"]
    private static let systems: Set<String> = [
        "http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90",
    ]
}
