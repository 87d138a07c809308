import VigilCore
import VigilLedger

/// Reports, and the clients who have drifted away: who may read what, and the audit of names.
extension Control {
    private var reporter: Reporter {
        get throws {
            Reporter(policy: policy, practice: try practice.get(), ledger: ledger, books: books)
        }
    }

    func questions(for person: Person, reveal: Bool) async throws -> QuestionsDocument {
        let scope = try scope(of: person, "list the questions", [.clinicalLead, .careCoordinator, .therapist])
        return try await offload {
            let now = clock.now()
            if reveal { try noteReveal(person, nil, now) }
            return try Reporter(policy: policy, practice: nil, ledger: ledger, books: books).questions(
                of: scope, at: now, card: reveal ? { cards.card(of: $0) } : nil)
        }
    }

    func drifted(for person: Person, reveal: Bool) async throws -> DriftedDocument {
        let scope = try scope(of: person, "list who has drifted away", [.clinicalLead, .careCoordinator, .therapist])
        return try await offload {
            let now = clock.now()
            if reveal { try noteReveal(person, nil, now) }
            return try Reporter(policy: policy, practice: nil, ledger: ledger, books: books).drifted(
                of: scope, feed: feed(health.now, now), at: now, card: reveal ? { cards.card(of: $0) } : nil)
        }
    }

    func practiceReport(
        _ request: ReportRequest, for person: Person, reveal: Bool
    ) async throws -> PracticeReportDocument {
        let scope = try scope(
            of: person, "read the practice's report", [.clinicalLead, .careCoordinator, .therapist, .admin])
        // Sees what the practice loses, and nobody's session.
        let seesSessions = person.role != .admin
        if !seesSessions, reveal { throw notAllowed("show names", person) }
        return try await offload {
            let now = clock.now()
            if reveal { try noteReveal(person, nil, now) }
            return try reporter.practice(
                request, of: scope, seesSessions: seesSessions, feed: feed(health.now, now), at: now,
                card: reveal ? { cards.card(of: $0) } : nil)
        }
    }

    func loadReport(_ request: ReportRequest, for person: Person) async throws -> LoadReportDocument {
        let scope = try scope(of: person, "read the load report", [.clinicalLead, .admin, .therapist])
        return try await offload {
            try Reporter(policy: policy, practice: nil, ledger: ledger, books: books)
                .load(request, of: scope, at: clock.now())
        }
    }

    func considered(_ request: ReportRequest, for person: Person, reveal: Bool) async throws -> ConsideredDocument {
        guard person.role == .clinicalLead else { throw notAllowed("list what was considered", person) }
        return try await offload {
            let now = clock.now()
            if reveal { try noteReveal(person, nil, now) }
            return try Reporter(policy: policy, practice: nil, ledger: ledger, books: books).considered(
                request, feed: feed(health.now, now), at: now, card: reveal ? { cards.card(of: $0) } : nil)
        }
    }

    func caseload(for person: Person) async throws -> CaseloadDocument {
        guard person.role == .clinicalLead else { throw notAllowed("read the caseload", person) }
        return try await offload {
            try Reporter(policy: policy, practice: nil, ledger: ledger, books: books).caseload(at: clock.now())
        }
    }

    private func scope(of person: Person, _ operation: String, _ roles: Set<Role>) throws -> Reporter.Scope {
        guard roles.contains(person.role) else { throw notAllowed(operation, person) }
        guard person.role == .therapist else { return .everybody }
        guard let therapist = person.therapist else { throw notAllowed(operation, person) }
        return .of(therapist)
    }

    private func notAllowed(_ operation: String, _ person: Person) -> OperationError {
        OperationError(
            .notAllowed, operation: operation, subject: "role \(person.role.rawValue)",
            cause: "it is not for this role", remedy: "ask a clinical lead")
    }
}
