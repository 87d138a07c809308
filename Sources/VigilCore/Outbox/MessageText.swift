/// A message in words: the one place where what leaves the machine is worded (ux.md, "What may leave the machine").
package struct MessageText: Sendable, Hashable {
    /// A fixed string: mail servers keep subjects in their logs.
    package var title: String
    package var body: String
    /// Where to read more, after signing in; nil without `web.public_url`.
    package var link: String?
    /// Where to POST `code`; nil when nothing is to be acknowledged or there is no `web.public_url`.
    package var acknowledgeLink: String?
    package var code: AcknowledgementCode?

    /// - Parameter publicURL: `https://vigil.example.org`, without a slash at the end.
    package init(_ message: Message, publicURL: String?) {
        title = "vigil"
        switch message.content {
        case .page(let id, let code):
            title = "vigil: follow-up to make now"
            body = "vigil: 1 follow-up to make now." + Self.askToAcknowledge(id, code, publicURL)
            (link, self.code) = (Self.link(id, publicURL), code)
        case .testPage(let id, let code):
            title = "vigil: test page"
            body =
                "vigil: this is the weekly test page. Nobody is waiting." + Self.askToAcknowledge(id, code, publicURL)
            (link, self.code) = (Self.link(id, publicURL), code)
        case .settled(let id):
            title = "vigil: acknowledged"
            body = "vigil: a page was acknowledged or is no longer needed."
            link = Self.link(id, publicURL)
        case .notAccepted(let id):
            title = "vigil: a page could not be delivered"
            body =
                "vigil: 1 follow-up to make now, and the on-call clinician could not be reached through any channel."
                + " Call them." + Self.open(id, publicURL)
            link = Self.link(id, publicURL)
        case .digest(let digest):
            title = "vigil: your follow-ups"
            body = Self.words(digest)
            link = publicURL.map { "\($0)/queue" }
            if let link { body += " Open \(link)" }
        case .operatorAlert(let alert, let isOver):
            title = isOver ? "vigil: operator alert over" : "vigil: operator alert"
            body = isOver ? "vigil: over: \(alert.rawValue)." : "vigil: \(alert.words)."
        }
        acknowledgeLink = code == nil ? nil : publicURL.map { "\($0)/v1/acknowledge" }
    }

    private static func link(_ id: FollowUpID, _ publicURL: String?) -> String? {
        publicURL.map { "\($0)/f/\(id.text)" }
    }

    private static func open(_ id: FollowUpID, _ publicURL: String?) -> String {
        link(id, publicURL).map { " Open \($0)" } ?? ""
    }

    private static func askToAcknowledge(
        _ id: FollowUpID, _ code: AcknowledgementCode, _ publicURL: String?
    ) -> String {
        publicURL == nil ? " Acknowledge with 'vigil oncall acknowledge' and code \(code.text)." : open(id, publicURL)
    }

    private static func words(_ digest: Message.Digest) -> String {
        let tiers = Tier.allCases.reversed().compactMap { tier -> String? in
            guard let count = digest.open[tier.rawValue], count > 0 else { return nil }
            return "\(count) \(tier.rawValue)"
        }
        let total = digest.open.values.reduce(0, +)
        var text = "vigil: \(total) follow-up\(total == 1 ? "" : "s") waiting"
        if !tiers.isEmpty { text += " (\(tiers.joined(separator: ", ")))" }
        text += digest.overdue > 0 ? ", \(digest.overdue) overdue." : "."
        if digest.mayBeMissing {
            text += " The appointments could not be read lately: this may be missing people."
        }
        return text
    }
}
