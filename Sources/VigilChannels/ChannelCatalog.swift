package import VigilCore

/// Every kind of channel: one line makes it. To add one: a file, a case of `ChannelSettings.Kind`, a line here.
package enum ChannelCatalog {
    /// - Parameter publicURL: where people reach vigil, for the links in messages.
    package static func make(
        _ settings: ChannelSettings, credentials: Credentials, publicURL: String?
    ) -> any Channel {
        switch settings.kind {
        case .ntfy(let ntfy): NtfyChannel(settings: ntfy, credentials: credentials, publicURL: publicURL)
        case .pagerDuty(let duty): PagerDutyChannel(settings: duty, credentials: credentials, publicURL: publicURL)
        case .webhook(let hook): WebhookChannel(settings: hook, credentials: credentials, publicURL: publicURL)
        case .smtp(let mail): SMTPChannel(settings: mail, credentials: credentials, publicURL: publicURL)
        case .exec(let exec): ExecChannel(settings: exec, publicURL: publicURL)
        }
    }
}
