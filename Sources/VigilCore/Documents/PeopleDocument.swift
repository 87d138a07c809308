/// `vigil user list`: `vigil.people/1`. Staff, no client data.
package struct PeopleDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.people/1"
    package var people: [Row]

    package init(people: [Row]) {
        self.people = people
    }

    package struct Row: Sendable, Hashable, Codable {
        package var id: PersonID
        package var role: Role
        package var account: String
        package var signIn: SignIn
        package var sessions: Int

        package init(id: PersonID, role: Role, account: String, signIn: SignIn, sessions: Int) {
            self.id = id
            self.role = role
            self.account = account
            self.signIn = signIn
            self.sessions = sessions
        }

        enum CodingKeys: String, CodingKey {
            case id, role, account, sessions
            case signIn = "sign_in"
        }
    }

    /// How somebody signs in to the pages.
    package enum SignIn: String, Sendable, Hashable, Codable {
        case none, password, proxy
        case switchedOff = "switched_off"
    }
}

/// `vigil user add`: `vigil.invitation/1`: a link that works once.
package struct InvitationDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.invitation/1"
    package var person: PersonID
    package var link: String
    package var minutes: Int

    package init(person: PersonID, link: String, minutes: Int) {
        self.person = person
        self.link = link
        self.minutes = minutes
    }
}
