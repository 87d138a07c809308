import Crypto
import Foundation
import VigilCore
import VigilHTTP

/// A signed POST to another program (Standard Webhooks, standardwebhooks.com): ids and a type, no more.
struct WebhookChannel: Channel {
    let settings: ChannelSettings.Webhook
    let credentials: Credentials
    let publicURL: String?

    func send(_ message: Message, at now: WallTime) -> SendOutcome {
        guard let secret = credentials.secret(settings.secret) else { return .failed(SendFailure(.credentialMissing)) }
        let body = MessageDocument(message, publicURL: publicURL).bytes
        guard
            let signature = Self.signature(
                id: message.key.text, timestamp: now.seconds, body: body, secret: secret)
        else { return .failed(SendFailure(.credentialMissing)) }
        do throws(HTTPError) {
            let response = try HTTPClient(rules: NetworkRules(settings.network)).request(
                .post, settings.url, body: body,
                headers: [
                    ("Content-Type", "application/json"), ("webhook-id", message.key.text),
                    ("webhook-timestamp", String(now.seconds)), ("webhook-signature", signature),
                ])
            return AnswerStatus.failure(of: response).map(SendOutcome.failed) ?? .accepted(nil)
        } catch {
            return .failed(AnswerStatus.failure(of: error))
        }
    }

    /// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
    /// - Returns: nil when the secret is not `whsec_` and base64.
    static func signature(id: String, timestamp: Int64, body: [UInt8], secret: String) -> String? {
        guard secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6))), !key.isEmpty
        else {
            return nil
        }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        return "v1,\(Data(code).base64EncodedString())"
    }
}
