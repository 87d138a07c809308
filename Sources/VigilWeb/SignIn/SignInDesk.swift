import VigilCore

/// Lets people in: checks passwords and codes, counts tries, begins and ends sessions.
///
/// An account that there is not costs the same time and gives the same answer as a wrong password.
struct SignInDesk: Sendable {
    let store: any SignInStore
    let clock: any WallClock
    let rules: SignInRules
    /// A person of `vigil.yaml` by id.
    let person: @Sendable (PersonID) -> Person?

    enum Refusal: Error, Sendable, Hashable {
        /// Name, password or code: which one is not said.
        case notTaken
        /// Too many tries: from when on they are taken again.
        case tooMany
    }

    struct SignedIn: Sendable {
        let cookie: SecretToken
        let session: WebSession
    }

    func signIn(name: String, password: String, code: String) async throws -> Result<SignedIn, Refusal> {
        let now = clock.now()
        let account = Self.account(name)
        let id = PersonID(account)
        let known = try id.flatMap { try person($0) == nil ? nil : store.signIn(of: $0) }
        if try store.failures(of: account, since: now.adding(minutes: -rules.triesMinutes)) >= rules.tries {
            return .failure(.tooMany)
        }
        guard let record = try await verified(known, password, code, now), let id else {
            try noteFailure(account, known?.person, now)
            return .failure(.notTaken)
        }
        guard let signedIn = try begin(id, codeStep: record.lastCodeStep, now) else { return .failure(.notTaken) }
        return .success(signedIn)
    }

    /// For a person whom a proxy in front has signed in.
    /// - Returns: nil when their sign-in is switched off here.
    func begin(trusted id: PersonID) throws -> SignedIn? {
        if try store.signIn(of: id)?.disabledAt != nil { return nil }
        return try begin(id, codeStep: nil, clock.now())
    }

    /// Whether this is the person's password and a fresh code; for what needs it again within a session.
    func confirm(_ id: PersonID, password: String, code: String) async throws -> Bool {
        let now = clock.now()
        if try store.failures(of: id.text, since: now.adding(minutes: -rules.triesMinutes)) >= rules.tries {
            return false
        }
        guard let record = try await verified(store.signIn(of: id), password, code, now) else {
            try noteFailure(id.text, id, now)
            return false
        }
        return try store.useCode(of: id, step: record.lastCodeStep)
    }

    /// - Returns: the record with the step of the code, when both fit.
    private func verified(
        _ record: SignInRecord?, _ password: String, _ code: String, _ now: WallTime
    ) async throws -> SignInRecord? {
        let salt = record?.salt ?? [UInt8](repeating: 0, count: PasswordHash.saltBytes)
        let short = String(password.prefix(rules.maxPasswordCharacters + 1))
        let hash = try await PasswordHash.hash(short, salt: salt)
        guard var record, record.disabledAt == nil, PasswordHash.equal(hash, record.passwordHash),
            password.count <= rules.maxPasswordCharacters,
            let step = OneTimeCode.step(of: code, record.codeKey, at: now.seconds, after: record.lastCodeStep)
        else { return nil }
        record.lastCodeStep = step
        return record
    }

    private func noteFailure(_ account: String, _ known: PersonID?, _ now: WallTime) throws {
        try store.noteFailure(of: account, at: now)
        guard known != nil else { return }
        let count = try store.failures(of: account, since: now.adding(minutes: -rules.triesMinutes))
        try store.note(PublicEvent(count >= rules.tries ? .signInBlocked : .signInFailed), by: .vigil, at: now)
    }

    private func begin(_ id: PersonID, codeStep: Int64?, _ now: WallTime) throws -> SignedIn? {
        let cookie = SecretToken()
        let session = WebSession(
            key: cookie.hash, person: id, begunAt: now, seenAt: now, formToken: SecretToken().text)
        guard try store.begin(session, codeStep: codeStep, at: now) else { return nil }
        return SignedIn(cookie: cookie, session: session)
    }

    private static func account(_ name: String) -> String {
        String(name.lowercased().filter { !$0.isWhitespace }.prefix(64))
    }

    // MARK: Invitations and passwords

    /// What a new password must be; nil for one that is good.
    func fault(in password: String, repeated: String, person: PersonID) -> String? {
        if password != repeated { return "The two passwords are not the same." }
        if password.count < rules.minPasswordCharacters {
            return "The password needs at least \(rules.minPasswordCharacters) characters. A few words are good."
        }
        if password.count > rules.maxPasswordCharacters {
            return "The password has more than \(rules.maxPasswordCharacters) characters."
        }
        let lower = password.lowercased()
        if lower.contains(person.text) || lower.contains("vigil") || Set(password).count < 5 {
            return "That password is easy to guess. Choose one without your name and without a simple pattern."
        }
        return nil
    }

    /// Makes a one-time link's token for a person.
    func invite(_ id: PersonID, by actor: Actor) throws -> SecretToken {
        let (now, token) = (clock.now(), SecretToken())
        try store.invite(
            id, tokenHash: token.hash, codeKey: SecretToken.randomBytes(OneTimeCode.keyBytes),
            until: now.adding(minutes: rules.invitationMinutes), by: actor, at: now)
        return token
    }

    /// Takes the password of an invited person, who shows a code to prove that the authenticator has the key.
    /// - Returns: nil when it is taken, or what is wrong.
    func accept(_ token: SecretToken, password: String, repeated: String, code: String) async throws -> String? {
        let now = clock.now()
        guard let (id, codeKey) = try store.invitation(token.hash, at: now), person(id) != nil else {
            return "This link is used or too old. Ask your administrator for a new one."
        }
        if let fault = fault(in: password, repeated: repeated, person: id) { return fault }
        guard OneTimeCode.step(of: code, codeKey, at: now.seconds, after: 0) != nil else {
            return "The code is not the one that your authenticator shows now."
        }
        let salt = SecretToken.randomBytes(PasswordHash.saltBytes)
        let record = SignInRecord(
            person: id, salt: salt, passwordHash: try await PasswordHash.hash(password, salt: salt), codeKey: codeKey,
            // The code that was shown may be used to sign in at once.
            lastCodeStep: 0, madeAt: now)
        return try store.accept(token.hash, record, at: now)
            ? nil : "This link is used or too old. Ask your administrator for a new one."
    }

    /// Another password for somebody who is signed in; their other sessions end.
    func change(_ id: PersonID, to password: String, keeping session: WebSession) async throws {
        guard var record = try store.signIn(of: id) else { return }
        record.salt = SecretToken.randomBytes(PasswordHash.saltBytes)
        record.passwordHash = try await PasswordHash.hash(password, salt: record.salt)
        record.madeAt = clock.now()
        try store.setPassword(record, keeping: session.key, at: record.madeAt)
    }
}
