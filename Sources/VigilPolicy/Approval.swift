package import VigilCore

/// Whether a named clinician has approved exactly this policy; until then vigil lists and pages nobody.
package enum Approval: Sendable, Hashable {
    case approved(by: String, role: String, on: LocalDay)
    case shadow(ShadowReason)

    package var isApproved: Bool {
        if case .approved = self { true } else { false }
    }

    /// For people who ask how the policy stands.
    package var words: String {
        switch self {
        case .approved(let name, let role, let day): "approved by \(name), \(role), on \(day)"
        case .shadow(let reason): reason.words
        }
    }
}

/// Why a policy runs in shadow. The first that holds, in this order.
package enum ShadowReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The approval section is empty, or one of approved_by, approved_on and policy_hash is.
    case notSigned = "not_signed"
    /// `protocol.now.when_not_reached` is empty (clinical.md section 6).
    case noTextWhenNotReached = "no_text_when_not_reached"
    /// policy_hash names another content: the policy was edited after it was approved.
    case changedSinceApproval = "changed_since_approval"

    /// For the banner and the operator alert: what is missing and what to do.
    package var words: String {
        switch self {
        case .notSigned:
            "no clinician has approved this policy: fill in approved_by, approved_on and policy_hash under approval"
        case .noTextWhenNotReached:
            "the policy does not say what happens when 24 hours of attempts on a contact now follow-up fail:"
                + " write it under protocol, now, when_not_reached, then approve the policy"
        case .changedSinceApproval:
            "the policy was changed after it was approved: a clinician must read it again and approve its new hash"
        }
    }
}

extension Approval {
    /// Reads the `approval` section; a malformed day or hash is an issue, an empty one is not.
    init(reading reader: ConfigReader, hash: String, textWhenNotReached: String) {
        let by = reader.text("approved_by", default: "").trimmed
        let role = reader.text("role", default: "").trimmed
        let on = reader.text("approved_on", default: "").trimmed
        let named = reader.text("policy_hash", default: "").trimmed.lowercased()
        let day = LocalDay(iso: on)
        if !on.isEmpty, day == nil {
            reader.issue(
                "\(reader.name("approved_on")) must be a day such as 2026-11-24", at: reader.node("approved_on")?.place)
        }
        let isHexadecimal = named.utf8.count == 64 && named.allSatisfy(\.isHexDigit)
        if !named.isEmpty, !isHexadecimal {
            reader.issue(
                "\(reader.name("policy_hash")) must be the whole hash, 64 digits; 'vigil config check' prints it",
                at: reader.node("policy_hash")?.place)
        }
        reader.refuseUnknownKeys()
        guard let day, !by.isEmpty, !named.isEmpty else {
            self = .shadow(.notSigned)
            return
        }
        if textWhenNotReached.trimmed.isEmpty {
            self = .shadow(.noTextWhenNotReached)
        } else if named != hash {
            self = .shadow(.changedSinceApproval)
        } else {
            self = .approved(by: by, role: role, on: day)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let inner = drop(while: \.isWhitespace)
        return inner.lastIndex(where: { !$0.isWhitespace }).map { String(inner[...$0]) } ?? ""
    }
}
