package import VigilCore

/// What the site is told: where people reach it, and how they sign in.
package struct SiteSettings: Sendable {
    /// `https://vigil.example.org`: what a browser calls this site.
    package var origin: String
    package var rules: SignInRules
    /// A proxy in front that says who somebody is; nil where they sign in with a password and a code.
    package var proxy: WebSettings.Proxy?
    /// Whether calendars and scripts may read lists without names.
    package var hasFeeds: Bool

    package init(
        origin: String, rules: SignInRules = SignInRules(), proxy: WebSettings.Proxy? = nil, hasFeeds: Bool = false
    ) {
        self.origin = origin
        self.rules = rules
        self.proxy = proxy
        self.hasFeeds = hasFeeds
    }
}
