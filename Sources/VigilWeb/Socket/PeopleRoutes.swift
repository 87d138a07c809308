import HTTPTypes
import Hummingbird
import VigilCore

/// Who may sign in to the pages: links for the first password, switching off. For administrators.
struct PeopleRoutes {
    /// Nil where vigil.yaml has no site.
    let site: Site?
    let api: ControlAPI

    func add(to router: Router<ControlContext>) {
        let api = api
        router.get("/v1/people") { request, context in
            let (site, _) = try await admit(context)
            return try await api.answer { try site.peopleDocument() }
        }
        router.post("/v1/people/:id/invite") { request, context in
            let (site, actor) = try await admit(context)
            let id = try person(context, site)
            return try await api.answer {
                let token = try site.desk.invite(id, by: actor)
                return InvitationDocument(
                    person: id, link: site.link(token), minutes: site.settings.rules.invitationMinutes)
            }
        }
        router.post("/v1/people/:id/disable") { request, context in
            let (site, actor) = try await admit(context)
            let id = try person(context, site)
            return try await api.answer {
                try site.desk.store.disable(id, by: actor, at: site.desk.clock.now())
                return try site.peopleDocument()
            }
        }
    }

    /// An administrator, or whoever owns this daemon: root could write vigil.yaml as well, and somebody makes the first link.
    private func admit(_ context: ControlContext) async throws -> (Site, Actor) {
        let actor: Actor
        if let person = try? await api.person(context), Place.people.admits(person) {
            actor = .person(person.id)
        } else if await PeerAccount.ownsDaemon(context.channel) {
            actor = .vigil
        } else {
            throw api.refusal(.forbidden, .notAllowed, "your role does not let people in; ask an administrator")
        }
        guard let site else {
            throw api.refusal(
                .notFound, .negative, "there are no pages here: set web.listen_port and web.public_url in vigil.yaml")
        }
        return (site, actor)
    }

    private func person(_ context: ControlContext, _ site: Site) throws -> PersonID {
        guard let id = PersonID(context.parameters.get("id") ?? ""), site.desk.person(id) != nil else {
            throw api.refusal(.notFound, .negative, "there is nobody of that id; see 'people' in vigil.yaml")
        }
        return id
    }
}

extension Site {
    func link(_ invitation: SecretToken) -> String { "\(settings.origin)/welcome/\(invitation.text)" }

    func peopleDocument() throws -> PeopleDocument {
        let records = Dictionary(try desk.store.signIns().map { ($0.person, $0) }) { first, _ in first }
        let now = desk.clock.now()
        let live = try desk.store.sessions().filter { $0.isLive(at: now, desk.rules) }
        return PeopleDocument(
            people: service.people.map { person in
                let record = records[person.id]
                let signIn: PeopleDocument.SignIn =
                    record?.disabledAt != nil
                    ? .switchedOff : settings.proxy != nil ? .proxy : record == nil ? .none : .password
                return PeopleDocument.Row(
                    id: person.id, role: person.role, account: person.account, signIn: signIn,
                    sessions: live.count { $0.person == person.id })
            })
    }
}
