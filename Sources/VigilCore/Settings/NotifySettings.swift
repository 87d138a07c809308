/// Who is told what, by which way: the parts of `vigil.yaml` about pages, digests and the operator.
package struct NotifySettings: Sendable, Hashable {
    package var channels: [ChannelSettings]
    package var paging: PagingSettings?
    package var testPage: TestPageRound?
    package var digest: DigestRound?
    package var quietHours: QuietHours?
    package var operatorChannels: [ChannelID]
    package var operatorRepeatHours: Int
    package var deadMan: DeadManSettings?
    package var web: WebSettings?

    package init(
        channels: [ChannelSettings] = [], paging: PagingSettings? = nil, testPage: TestPageRound? = nil,
        digest: DigestRound? = nil, quietHours: QuietHours? = nil, operatorChannels: [ChannelID] = [],
        operatorRepeatHours: Int = 4, deadMan: DeadManSettings? = nil, web: WebSettings? = nil
    ) {
        self.channels = channels
        self.paging = paging
        self.testPage = testPage
        self.digest = digest
        self.quietHours = quietHours
        self.operatorChannels = operatorChannels
        self.operatorRepeatHours = operatorRepeatHours
        self.deadMan = deadMan
        self.web = web
    }
}

/// Who is on call, and what happens when nobody is.
package struct PagingSettings: Sendable, Hashable {
    /// `oncall.yaml`.
    package var schedulePath: String
    /// Paged when the schedule names nobody who can be reached.
    package var fallback: PersonID
    /// Ways of the alarm that is raised when nobody's own channel takes a page.
    package var alarm: [ChannelID]
}

/// A service that raises the alarm when it has not heard from vigil.
package struct DeadManSettings: Sendable, Hashable {
    package var url: CredentialName
    package var everySeconds: Int
    package var network: ChannelSettings.Network
}

/// Where people reach vigil by the network.
package struct WebSettings: Sendable, Hashable {
    /// Loopback only: a reverse proxy or a private network stands before it.
    package var listenPort: Int?
    /// `https://vigil.example.org`; without it a page carries its code only, and there is no site.
    package var publicURL: String?
    /// A proxy that signs people in; nil where they do it with a password and a code.
    package var proxy: Proxy?
    /// Whether calendars and scripts may read lists without names.
    package var hasFeeds = false

    /// A proxy in front that says in a header who somebody is, and from where that is believed.
    package struct Proxy: Sendable, Hashable {
        /// Its value is a person's `account`.
        package var header: String
        /// Never empty: whoever reaches the port otherwise would be anybody.
        package var addresses: [String]
    }
}
