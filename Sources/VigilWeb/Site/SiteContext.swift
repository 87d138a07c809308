import Hummingbird
import NIOCore
import VigilCore

/// A request to the site, and who makes it once the session is known.
struct SiteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whoever speaks with this port: the proxy in front.
    let address: String?
    private(set) var visitor: Visitor?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress
    }

    mutating func enter(_ person: Person, _ session: WebSession, at now: WallTime) {
        var person = person
        person.breaksGlass = session.breaksGlass(at: now)
        visitor = Visitor(person: person, session: session, now: now)
    }

    mutating func leave() {
        visitor = nil
    }
}
