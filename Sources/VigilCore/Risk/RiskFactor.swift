/// One named reason that orders outreach.
///
/// To add a factor: one file in `Risk/Factors/` with a type that conforms to this, one line in `RiskFactorCatalog`, and its
/// numbers under `factors:` in `config/policy.yaml`. The generic tests then run over it.
package protocol RiskFactor: Sendable {
    static var id: RuleID { get }
    static var domain: Domain { get }

    /// Reads the factor's numbers from the policy. Wrong values are reported to `reader`, not thrown.
    init(reading reader: ConfigReader)

    /// Applies the factor. Facts dated on or after the day of the session do not score (clinical.md section 2).
    func finding(in evidence: Evidence) -> Finding

    /// The same, for a factor that also depends on what the factors before it in the catalogue found.
    func finding(in evidence: Evidence, after earlier: [Finding]) -> Finding
}

extension RiskFactor {
    package func finding(in evidence: Evidence, after earlier: [Finding]) -> Finding {
        finding(in: evidence)
    }

    package func present(_ band: Band, day: LocalDay?, _ reason: FindingWords) -> Finding {
        Finding(Self.id, Self.domain, .present, points: band.points, day: day, reason: reason, basis: band.basis)
    }

    package func absent(_ reason: FindingWords) -> Finding {
        Finding(Self.id, Self.domain, .absent, reason: reason)
    }

    package func unknown(_ reason: FindingWords) -> Finding {
        Finding(Self.id, Self.domain, .unknown, reason: reason)
    }
}
