import Foundation
import VigilCore
import VigilHTTP

/// PagerDuty's Events API v2: a page triggers, and once it is acknowledged in vigil it is resolved.
///
/// The key of a page is the `dedup_key`: the same over all tries, another for the next page, since a second trigger on an open
/// incident pages nobody. What is acknowledged over there is not read back, and the message says so.
struct PagerDutyChannel: Channel {
    let settings: ChannelSettings.PagerDuty
    let credentials: Credentials
    let publicURL: String?

    /// `payload.summary` holds no more (developer.pagerduty.com, PD-CEF).
    private static let maxSummary = 1_024

    func send(_ message: Message, at now: WallTime) -> SendOutcome {
        guard let key = credentials.secret(settings.routingKey) else { return .failed(SendFailure(.credentialMissing)) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(Event(message, routingKey: key, publicURL: publicURL)) else {
            return .failed(SendFailure(.rejected))
        }
        do throws(HTTPError) {
            let response = try HTTPClient(rules: NetworkRules(settings.network)).request(
                .post, settings.url, body: Array(body), headers: [("Content-Type", "application/json")])
            if let failure = AnswerStatus.failure(of: response) { return .failed(failure) }
            guard response.status == 202,
                let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
                answer.status == "success"
            else { return .failed(SendFailure(.unexpectedAnswer)) }
            return .accepted(answer.dedup_key.flatMap { ProviderID($0) })
        } catch {
            return .failed(AnswerStatus.failure(of: error))
        }
    }

    private struct Answer: Decodable {
        var status: String
        var dedup_key: String?
    }

    private struct Event: Encodable {
        struct Payload: Encodable {
            var summary: String
            var source = "vigil"
            var severity: String
        }
        struct Link: Encodable {
            var href: String
            var text = "Open in vigil"
        }
        var routing_key: String
        var event_action: String
        var dedup_key: String
        var payload: Payload?
        var links: [Link]?

        init(_ message: Message, routingKey: String, publicURL: String?) {
            routing_key = routingKey
            dedup_key = message.key.text
            if case .settled = message.content {
                event_action = "resolve"
                return
            }
            event_action = "trigger"
            let text = MessageText(message, publicURL: publicURL)
            let warning = text.code == nil ? "" : " Acknowledging here stops nothing in vigil."
            payload = Payload(
                summary: String((text.body + warning).prefix(PagerDutyChannel.maxSummary)),
                severity: message.isUrgent ? "critical" : text.code != nil ? "warning" : "info")
            links = text.link.map { [Link(href: $0)] }
        }
    }
}
