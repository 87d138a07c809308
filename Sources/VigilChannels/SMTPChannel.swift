import Foundation
import VigilCore
import VigilHTTP

/// Mail: a fixed subject, a few words, a stable Message-ID, so that a mail that comes twice can be told for one.
struct SMTPChannel: Channel {
    let settings: ChannelSettings.SMTP
    let credentials: Credentials
    let publicURL: String?

    func send(_ message: Message, at now: WallTime) -> SendOutcome {
        var signIn: (user: String, password: String)?
        if let user = settings.user, let name = settings.password {
            guard let password = credentials.secret(name) else { return .failed(SendFailure(.credentialMissing)) }
            signIn = (user, password)
        }
        let client = MailClient(
            host: settings.host, port: settings.port, security: settings.security.forClient,
            rules: NetworkRules(settings.network))
        do throws(HTTPError) {
            let reply = try client.send(
                from: settings.from, to: settings.to, message: Array(mail(message, at: now).utf8), credentials: signIn)
            return (200...299).contains(reply) ? .accepted(nil) : .failed(SendFailure(.unexpectedAnswer))
        } catch {
            return .failed(AnswerStatus.failure(of: error))
        }
    }

    /// Header and body, RFC 5322. Every part is a word of ours, a checked address or an id: there is no room for a line end.
    func mail(_ message: Message, at now: WallTime) -> String {
        let text = MessageText(message, publicURL: publicURL)
        let domain = settings.from.split(separator: "@").last.map(String.init) ?? "localhost"
        var lines = [
            "From: <\(settings.from)>", "To: <\(settings.to)>", "Subject: \(text.title)", "Date: \(MailDate.text(now))",
            "Message-ID: <\(message.key.text)@\(domain)>", "Auto-Submitted: auto-generated",
        ]
        if let thread = message.thread { lines.append("References: <\(thread.text)@\(domain)>") }
        lines += [
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit", "",
            text.body, "",
        ]
        return lines.joined(separator: "\r\n")
    }
}

extension ChannelSettings.SMTP.Security {
    fileprivate var forClient: MailClient.Security {
        switch self {
        case .tls: .tls
        case .starttls: .startTLS
        case .none: .none
        }
    }
}

extension Message {
    /// What mails about one thing have in common.
    fileprivate var thread: FollowUpID? {
        switch content {
        case .page(let id, _), .testPage(let id, _), .settled(let id), .notAccepted(let id): id
        case .digest, .operatorAlert: nil
        }
    }
}

/// `Tue, 24 Nov 2026 14:00:00 +0000` (RFC 5322, section 3.3).
enum MailDate {
    static func text(_ time: WallTime) -> String {
        let day = Zone.utc.day(of: time)
        let (year, month, date) = day.civil
        let second = Zone.utc.secondOfDay(of: time)
        let clock = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(weekdays[day.weekday - 1]), \(date) \(months[month - 1]) \(year) \(clock) +0000"
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
