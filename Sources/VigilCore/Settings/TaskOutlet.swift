/// Where follow-ups are written as FHIR Tasks: `fhir_tasks` of `vigil.yaml`. Without the section nothing is ever written.
package struct TaskOutlet: Sendable, Hashable {
    /// That of the appointments: a Task names its client by the id that this very server gave.
    package var base: String
    /// Of a client that may write Tasks; the one that reads appointments must not be able to write.
    package var auth: FHIRSourceSettings.Auth
    /// Per request.
    package var timeoutSeconds: Int
    /// Certificates to trust in place of the machine's own.
    package var authorityPath: String?

    /// - Parameter source: how the appointments are read; Tasks go nowhere else.
    init(reading reader: ConfigReader, source: SourceSettings?, path: (String) -> String) {
        base = reader.text("base")
        let section = reader.section("auth")
        auth = section.keys.isEmpty ? .none : FHIRSourceSettings.Auth(reading: section)
        timeoutSeconds = reader.integer("timeout_seconds", in: 1...60, default: 15)
        authorityPath = reader.has("authority") ? path(reader.text("authority")) : nil
        check(reader, source)
        reader.refuseUnknownKeys()
    }

    private func check(_ reader: ConfigReader, _ source: SourceSettings?) {
        guard case .fhir(let feed) = source else {
            reader.issue(
                "fhir_tasks: store.kind is not fhir; a Task names its client by an id of its own server, so vigil writes"
                    + " Tasks only where it reads the appointments from. Remove the section, or read from the FHIR server"
            )
            return
        }
        if !base.isEmpty, Self.plain(base) != Self.plain(feed.base) {
            reader.issue(
                "\(reader.name("base")) is not store.base; the ids of its clients would be another server's. Write the"
                    + " same address", at: reader.node("base")?.place)
        }
        if let own = auth.credential, own == feed.auth.credential {
            reader.issue(
                "\(reader.name("auth")): '\(own.text)' is the credential that reads the appointments, which must not be able"
                    + " to write. Have another client registered for Tasks alone", at: reader.node("auth")?.place)
        }
    }

    private static func plain(_ address: String) -> Substring {
        var rest = address[...]
        while rest.hasSuffix("/") { rest.removeLast() }
        return rest
    }
}
