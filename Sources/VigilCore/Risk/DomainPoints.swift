/// The points of one session by domain, in fixed storage: there is one of these for every session that is scored.
struct DomainPoints {
    private var points = SIMD8<Int32>()

    init() {}

    /// Limits: a domain that the policy does not cap has none.
    init(caps: [Domain: Int]) {
        for domain in Domain.allCases { points[domain.position] = caps[domain].map { Int32(clamping: $0) } ?? .max }
    }

    subscript(_ domain: Domain) -> Int { Int(points[domain.position]) }

    mutating func count(_ found: Int, in domain: Domain) {
        let position = domain.position
        let found = Int32(clamping: found)
        points[position] = domain.addsUp ? points[position] + found : max(points[position], found)
    }

    mutating func limit(to caps: DomainPoints) {
        points = pointwiseMin(points, caps.points)
    }

    var total: Int { Int(points.wrappedSum()) }
}

extension Domain {
    fileprivate var position: Int {
        switch self {
        case .ideation: 0
        case .unassessed: 1
        case .behaviour: 2
        case .transition: 3
        case .diagnosis: 4
        case .medication: 5
        case .attendance: 6
        case .unknown: 7
        }
    }
}
