import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import VigilCore

/// Writes pages: the frame around every one, and the templates, read once at the start.
struct PageWriter: Sendable {
    let settings: SiteSettings
    let zone: Zone
    private let library: MustacheLibrary

    init(settings: SiteSettings, zone: Zone) throws {
        self.settings = settings
        self.zone = zone
        MustacheContentTypes.register(SafeHTML(), named: SafeHTML.name)
        var library = MustacheLibrary()
        for (name, bytes) in Self.templates {
            // Every template escapes as ours do; the pragma does not reach those that it is put into.
            try library.register(
                "{{% CONTENT_TYPE:\(SafeHTML.name)}}" + String(decoding: bytes, as: UTF8.self), named: name)
        }
        self.library = library
    }

    static let templates: [(String, [UInt8])] = [
        ("layout", PackageResources.layout_mustache), ("sign-in", PackageResources.sign_in_mustache),
        ("welcome", PackageResources.welcome_mustache), ("message", PackageResources.message_mustache),
        ("queue", PackageResources.queue_mustache), ("follow-up", PackageResources.follow_up_mustache),
        ("on-call", PackageResources.on_call_mustache), ("table", PackageResources.table_mustache),
        ("people", PackageResources.people_mustache), ("account", PackageResources.account_mustache),
        ("break-glass", PackageResources.break_glass_mustache),
        ("break-glass-review", PackageResources.break_glass_review_mustache),
    ]

    /// What stands around a page.
    struct Frame {
        var title: String
        var path: String
        var banners: [Banner] = []
        /// Where the links before everything else lead, for who reads by keyboard.
        var skips: [(href: String, label: String)] = [("#main", "Skip to the page")]
        /// Seconds after which a list is read again; nil for a page that stays.
        var refreshSeconds: Int?
    }

    struct Banner {
        enum Kind: String { case bad, warn, good }
        var kind: Kind
        var head: String
        var words: String
        var link: (href: String, words: String)?

        init(_ kind: Kind, _ head: String, _ words: String = "", link: (href: String, words: String)? = nil) {
            self.kind = kind
            self.head = head
            self.words = words
            self.link = link
        }
    }

    /// - Parameter visitor: nil for a page that needs no sign-in.
    func page(
        _ template: String, _ view: View, _ frame: Frame, for visitor: Visitor?, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text(template, view, frame, for: visitor))))
    }

    func text(_ template: String, _ view: View, _ frame: Frame, for visitor: Visitor?) -> String {
        let object = view.with([
            "title": frame.title, "mark": Assets.mark,
            "skips": frame.skips.map { View(["href": $0.href, "label": $0.label]) },
            "home": visitor?.person.role.home ?? "/", "path": frame.path, "standing": standingSentence,
            "zone": zone.identifier, "refresh": visitor == nil ? nil : frame.refreshSeconds,
            "banners": frame.banners.map { banner in
                View([
                    "kind": banner.kind.rawValue, "head": banner.head, "words": banner.words, "link": banner.link?.href,
                    "linkWords": banner.link?.words,
                ])
            }, "person": visitor != nil, "name": visitor?.person.id.text, "role": visitor?.person.role.words,
            "token": visitor?.session.formToken, "now": visitor?.now.seconds,
            "made": visitor.map { zone.clockWords($0.now) },
            "ends": visitor?.session.endsAt(settings.rules).seconds, "warn": settings.rules.warningMinutes * 60,
            "nav": visitor.map { navigation(for: $0.person, path: frame.path) },
        ])
        return library.render(object, withTemplate: template) ?? ""
    }

    private func navigation(for person: Person, path: String) -> [View] {
        Self.pages.filter { $0.place.admits(person) }.map { page in
            View([
                "href": page.href, "label": page.label,
                "current": path == page.href || path.hasPrefix(page.href + "?"),
            ])
        }
    }

    private static let pages: [(place: Place, href: String, label: String)] = [
        (.queue, "/queue", "Follow-ups"), (.onCall, "/on-call", "On call"), (.questions, "/questions", "Questions"),
        (.drifted, "/drifted", "Drifted away"), (.caseload, "/caseload", "Caseload"),
        (.considered, "/considered", "Considered"), (.report, "/report", "Practice"), (.status, "/status", "Status"),
        (.people, "/people", "People"), (.breakGlassReview, "/break-glass/review", "Looks behind limits"),
        (.audit, "/audit", "Audit"), (.account, "/account", "Account"),
    ]
}

/// A signed-in person, and the moment of their request.
struct Visitor: Sendable {
    let person: Person
    let session: WebSession
    let now: WallTime
}
