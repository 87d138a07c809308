import Foundation
import VigilCore

/// A message as a program reads it: `vigil.message/1`. Ids, a type and counts; the receiver asks for the rest.
struct MessageDocument: Encodable {
    var schema = "vigil.message/1"
    var type: String
    var key: String
    var urgent: Bool
    var title: String
    var text: String
    var followUp: String?
    var link: String?
    var acknowledgeLink: String?
    var code: String?
    var open: [String: Int]?
    var overdue: Int?
    var alert: String?

    enum CodingKeys: String, CodingKey {
        case schema, type, key, urgent, title, text, link, code, open, overdue, alert
        case followUp = "follow_up"
        case acknowledgeLink = "acknowledge_link"
    }

    init(_ message: Message, publicURL: String?) {
        let words = MessageText(message, publicURL: publicURL)
        key = message.key.text
        urgent = message.isUrgent
        (title, text, link, acknowledgeLink) = (words.title, words.body, words.link, words.acknowledgeLink)
        code = words.code?.text
        switch message.content {
        case .page(let id, _): (type, followUp) = ("page", id.text)
        case .testPage(let id, _): (type, followUp) = ("test_page", id.text)
        case .settled(let id): (type, followUp) = ("settled", id.text)
        case .notAccepted(let id): (type, followUp) = ("not_accepted", id.text)
        case .digest(let digest): (type, open, overdue) = ("digest", digest.open, digest.overdue)
        case .operatorAlert(let alert, let isOver):
            (type, self.alert) = (isOver ? "operator_alert_over" : "operator_alert", alert.rawValue)
        }
    }

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and flags: there is nothing in it that cannot be encoded.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }
}
