/// How long a sign-in lasts and how many tries it has (ux.md, "Security checklist").
package struct SignInRules: Sendable, Hashable {
    /// Without a request for so long, a session ends. Minutes.
    package var idleMinutes = 15
    /// The page says so this long before. Minutes.
    package var warningMinutes = 2
    /// However busy, a session ends after it. Hours.
    package var absoluteHours = 10
    /// Wrong tries of one account within `triesMinutes`, after which none is taken.
    package var tries = 5
    package var triesMinutes = 15
    /// A link with which a person chooses their password. Minutes.
    package var invitationMinutes = 15
    /// How long a break-glass look lasts. Minutes.
    package var breakGlassMinutes = 60
    /// ASVS 5.0, 6.2.1: at least 8, and 15 is recommended; a passphrase of this length needs no other rule.
    package var minPasswordCharacters = 12
    /// Longer ones are refused: hashing is not for somebody's file.
    package var maxPasswordCharacters = 200

    package init() {}
}

/// A signed-in browser, as the ledger holds it; the cookie itself is not stored, its hash is the key.
package struct WebSession: Sendable, Hashable {
    /// SHA-256 of the cookie's 32 bytes.
    package var key: [UInt8]
    package var person: PersonID
    package var begunAt: WallTime
    package var seenAt: WallTime
    /// What every form of this session carries: the synchroniser token, base64url.
    package var formToken: String
    /// A look at what the role does not show, until then; nil for none.
    package var breakGlassUntil: WallTime?

    package init(
        key: [UInt8], person: PersonID, begunAt: WallTime, seenAt: WallTime, formToken: String,
        breakGlassUntil: WallTime? = nil
    ) {
        self.key = key
        self.person = person
        self.begunAt = begunAt
        self.seenAt = seenAt
        self.formToken = formToken
        self.breakGlassUntil = breakGlassUntil
    }

    /// Whether it still stands. A clock that was set back ends it: nothing lives longer for a wrong clock.
    package func isLive(at now: WallTime, _ rules: SignInRules) -> Bool {
        now < endsAt(rules) && now >= begunAt.adding(minutes: -5)
    }

    /// When it ends without another request.
    package func endsAt(_ rules: SignInRules) -> WallTime {
        min(seenAt.adding(minutes: rules.idleMinutes), begunAt.adding(minutes: rules.absoluteHours * 60))
    }

    package func breaksGlass(at now: WallTime) -> Bool {
        breakGlassUntil.map { now < $0 } ?? false
    }
}

/// How a person signs in; who they are and what they may do stands in `vigil.yaml`.
package struct SignInRecord: Sendable, Hashable {
    package var person: PersonID
    package var salt: [UInt8]
    /// scrypt of the password.
    package var passwordHash: [UInt8]
    /// The 20 bytes that the person's authenticator holds too (RFC 4226).
    package var codeKey: [UInt8]
    /// The 30-second step of the last code that was taken: a code is good once.
    package var lastCodeStep: Int64
    package var madeAt: WallTime
    package var disabledAt: WallTime?

    package init(
        person: PersonID, salt: [UInt8], passwordHash: [UInt8], codeKey: [UInt8], lastCodeStep: Int64 = 0,
        madeAt: WallTime, disabledAt: WallTime? = nil
    ) {
        self.person = person
        self.salt = salt
        self.passwordHash = passwordHash
        self.codeKey = codeKey
        self.lastCodeStep = lastCodeStep
        self.madeAt = madeAt
        self.disabledAt = disabledAt
    }
}

/// A look behind the limits of a role in an emergency: who, when, why, and who looked at it afterwards.
package struct BreakGlassRecord: Sendable, Hashable {
    package var id: Int64
    package var person: PersonID
    package var at: WallTime
    package var until: WallTime
    /// In the person's words; may be about a client.
    package var reason: String
    package var reviewedBy: PersonID?
    package var reviewedAt: WallTime?

    package init(
        id: Int64, person: PersonID, at: WallTime, until: WallTime, reason: String, reviewedBy: PersonID? = nil,
        reviewedAt: WallTime? = nil
    ) {
        self.id = id
        self.person = person
        self.at = at
        self.until = until
        self.reason = reason
        self.reviewedBy = reviewedBy
        self.reviewedAt = reviewedAt
    }
}

/// An address for a calendar or a script, without a sign-in; it names no client and can be revoked.
package struct FeedToken: Sendable, Hashable {
    package var id: Int64
    package var person: PersonID
    package var madeAt: WallTime
    package var usedAt: WallTime?
    package var revokedAt: WallTime?

    package init(
        id: Int64, person: PersonID, madeAt: WallTime, usedAt: WallTime? = nil, revokedAt: WallTime? = nil
    ) {
        self.id = id
        self.person = person
        self.madeAt = madeAt
        self.usedAt = usedAt
        self.revokedAt = revokedAt
    }
}
