import HTTPTypes
import VigilCore

/// What goes wrong for a person at a page, in words that they can act on. No client data: it may reach a log.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    let words: String

    init(_ status: HTTPResponse.Status, _ words: String) {
        self.status = status
        self.words = words
    }

    init(_ error: OperationError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .negative: error.operation.hasPrefix("find ") ? .notFound : .conflict
            case .conflict: .preconditionFailed
            case .notAllowed, .permission: .forbidden
            case .usage: .unprocessableContent
            case .unavailable, .daemonUnreachable: .serviceUnavailable
            case .badData, .configuration: .internalServerError
            }
        self.init(status, error.cause.sentence)
    }

    static let notFound = Problem(.notFound, "There is no such page, or it is not yours to see.")
}

extension String {
    /// With a capital at the beginning and a full stop at the end.
    var sentence: String {
        guard let first else { return self }
        return first.uppercased() + dropFirst() + (last.map { ".?!".contains($0) } == true ? "" : ".")
    }
}
