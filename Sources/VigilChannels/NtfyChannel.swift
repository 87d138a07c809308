import Foundation
import VigilCore
import VigilHTTP

/// Push messages through an ntfy server (docs.ntfy.sh/publish): title, priority, a link, and a button that POSTs the code.
///
/// The topic is a secret, since whoever knows it can read along; what they would read says nothing about anybody.
struct NtfyChannel: Channel {
    let settings: ChannelSettings.Ntfy
    let credentials: Credentials
    let publicURL: String?

    func send(_ message: Message, at now: WallTime) -> SendOutcome {
        guard let topic = credentials.secret(settings.topic) else { return .failed(SendFailure(.credentialMissing)) }
        // Anything else would end the address early, at a topic that others may read.
        guard
            topic.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            })
        else { return .failed(SendFailure(.rejected)) }
        let text = MessageText(message, publicURL: publicURL)
        var headers: [(name: String, value: String)] = [
            ("X-Title", text.title), ("X-Priority", message.isUrgent ? "5" : "3"),
            // From version 2.16 on the same id replaces the message instead of adding one; older servers ignore it.
            ("X-Sequence-ID", message.key.text),
        ]
        if let link = text.link { headers.append(("X-Click", link)) }
        if let link = text.acknowledgeLink, let code = text.code {
            headers.append(
                ("X-Actions", "http, Acknowledge, \(link), method=POST, body=code=\(code.text), clear=true"))
        }
        if let name = settings.token {
            guard let token = credentials.secret(name) else { return .failed(SendFailure(.credentialMissing)) }
            headers.append(("Authorization", "Bearer \(token)"))
        }
        do throws(HTTPError) {
            let response = try HTTPClient(rules: NetworkRules(settings.network)).request(
                .post, "\(settings.url)/\(topic)", body: Array(text.body.utf8), headers: headers)
            if let failure = AnswerStatus.failure(of: response) { return .failed(failure) }
            // A proxy's own page is a good status too: only ntfy's answer is ntfy's.
            guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
                answer.event == "message",
                response.status == 200, !answer.id.isEmpty
            else { return .failed(SendFailure(.unexpectedAnswer)) }
            return .accepted(ProviderID(answer.id))
        } catch {
            return .failed(AnswerStatus.failure(of: error))
        }
    }

    private struct Answer: Decodable {
        var id: String
        var event: String
    }
}
