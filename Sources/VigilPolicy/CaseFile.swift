package import Foundation
package import VigilCore

/// Evaluates worked examples (clinical.md section 9): JSON, one object or an array of them.
package enum CaseFile {
    /// A year's worth of a clinic's own examples; `vigil policy simulate` is for histories.
    package static let maxBytes = 16_777_216

    /// One entry for each object, in order: an object that cannot be evaluated gives an error entry, the others go on.
    /// - Throws: `OperationError` of kind `badData` when `data` as a whole is not JSON, or neither object nor array.
    package static func evaluate(_ data: Data, file: String, policy: Policy) throws -> [CaseOutcome] {
        func failure(_ cause: String) -> OperationError {
            OperationError(
                .badData, operation: "read the worked examples", subject: file, cause: cause,
                remedy: "Give one JSON object, or an array of them")
        }
        guard data.count <= maxBytes else { throw failure("it is larger than \(maxBytes / 1_048_576) MiB") }
        guard let root = try? JSONDecoder().decode(JSONValue.self, from: data) else { throw failure("it is not JSON") }
        switch root {
        case .object: return [outcome(of: root, position: 1, policy: policy)]
        case .list(let items):
            return items.enumerated().map { outcome(of: $1, position: $0 + 1, policy: policy) }
        default: throw failure("it is neither an object nor an array")
        }
    }

    /// Any day does, since all days are relative; no zone changes its clocks in the 72 hours after this one.
    private static let indexDay = LocalDay(year: 2_026, month: 3, day: 2)
    private static let indexSecondOfDay = 15 * 3_600

    private static func outcome(of value: JSONValue, position: Int, policy: Policy) -> CaseOutcome {
        guard case .object(let object) = value else {
            return .error(CaseError(position: position, id: nil, field: "(whole)", problem: "is not an object"))
        }
        let id = object["id"].text.value
        do throws(CaseReader.Refusal) {
            guard let id else { throw CaseReader.Refusal(field: "id", problem: "is missing or not text") }
            let day = indexDay ?? LocalDay(number: 0)
            let start = policy.zone.time(on: day, secondOfDay: indexSecondOfDay)
            var reader = CaseReader(object: object, day: day, start: start, policy: policy)
            let evidence = try reader.evidence()
            let assessment = Scorer(policy: policy).assess(evidence)
            return .result(
                CaseResult(
                    id: id, assessment: assessment, evidence: evidence, readingProblems: reader.problems,
                    policy: policy))
        } catch {
            return .error(CaseError(position: position, id: id, field: error.field, problem: error.problem))
        }
    }
}
