/// Where sign-ins are kept: passwords as hashes, sessions, failed tries, links. The ledger is one.
///
/// Every change writes its audit row in the same transaction. Hashes come in ready: what stores them learns no password, no
/// cookie and no link.
package protocol SignInStore: Sendable {
    func signIn(of person: PersonID) throws -> SignInRecord?
    /// Whoever has been given a way to sign in.
    func signIns() throws -> [SignInRecord]

    /// Makes a one-time link with which `person` chooses a password; an earlier one of theirs is void.
    /// - Parameter by: nil when it was made over the local socket by an account that nobody is listed for.
    func invite(_ person: PersonID, tokenHash: [UInt8], codeKey: [UInt8], until: WallTime, by: Actor, at now: WallTime)
        throws
    /// Whom a link is for, and the authenticator key that came with it; nil for one that is unknown, used or too old.
    func invitation(_ tokenHash: [UInt8], at now: WallTime) throws -> (person: PersonID, codeKey: [UInt8])?
    /// Takes the password of an invitation, ends the invitation and every session of the person.
    /// - Returns: false when the link was used meanwhile.
    func accept(_ tokenHash: [UInt8], _ record: SignInRecord, at now: WallTime) throws -> Bool
    func setPassword(_ record: SignInRecord, keeping session: [UInt8]?, at now: WallTime) throws
    /// Ends every session and feed of the person, and takes no sign-in until they are invited anew.
    func disable(_ person: PersonID, by: Actor, at now: WallTime) throws

    /// Wrong tries of an account since `time`.
    func failures(of account: String, since time: WallTime) throws -> Int
    func noteFailure(of account: String, at now: WallTime) throws
    /// A person is who they say: the code's step is used up, and the session begins.
    /// - Returns: false when another request has used the same code.
    func begin(_ session: WebSession, codeStep: Int64?, at now: WallTime) throws -> Bool
    /// Uses up the step of a code within a session.
    /// - Returns: false when it was used already.
    func useCode(of person: PersonID, step: Int64) throws -> Bool
    func session(_ key: [UInt8]) throws -> WebSession?
    func sessions() throws -> [WebSession]
    func noteSeen(_ key: [UInt8], at now: WallTime) throws
    func end(_ key: [UInt8], by: Actor, at now: WallTime) throws

    func breakGlass(_ key: [UInt8], by person: PersonID, reason: String, until: WallTime, at now: WallTime) throws
    func breakGlassRecords(limit: Int) throws -> [BreakGlassRecord]
    func review(_ id: Int64, by person: PersonID, at now: WallTime) throws

    func makeFeed(for person: PersonID, tokenHash: [UInt8], at now: WallTime) throws
    func feeds(of person: PersonID) throws -> [FeedToken]
    /// Whose feed it is; nil for one that is unknown or revoked.
    func feed(_ tokenHash: [UInt8], at now: WallTime) throws -> PersonID?
    func revokeFeed(_ id: Int64, of person: PersonID, at now: WallTime) throws

    /// Something that a person read or did that is no change of a follow-up.
    func note(_ event: PublicEvent, by actor: Actor, at now: WallTime) throws
}
