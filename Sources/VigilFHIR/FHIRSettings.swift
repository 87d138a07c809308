package import VigilCore

/// A FHIR R4 server that holds the practice's appointments, and how vigil reads it.
package struct FHIRSettings: Sendable, Hashable {
    package var base: FHIRBase
    /// The practice's: for times that name none, and for days.
    package var zone: Zone
    package var auth: FHIRAuth = .none
    /// How many days before now are read.
    package var daysBack = 45
    package var daysAhead = 90
    /// Entries that a page is asked to hold.
    package var pageCount = 100
    /// How far a read of changes reaches back behind what was seen, for what a server shows late. Never below 5.
    package var overlapMinutes = 5
    /// How long reads of changes alone may follow each other; 0 reads everything each time.
    package var fullEveryMinutes = 15
    package var network = FHIRNetwork()
    package var limits = FHIRLimits()

    package init(base: FHIRBase, zone: Zone) {
        self.base = base
        self.zone = zone
    }
}

/// How vigil reaches a FHIR server.
package struct FHIRNetwork: Sendable, Hashable {
    /// Per request, from the start to the last byte of the answer.
    package var timeoutSeconds = 30
    /// A file of certificates to trust instead of the system's.
    package var certificateFile: String?
    /// True by default: a practice's server commonly stands in its own network, and its address is the operator's choice.
    package var allowsPrivate = true

    package init() {}
}

/// What one read may cost.
package struct FHIRLimits: Sendable, Hashable {
    /// Of one search.
    package var pages = 5_000
    /// Of one answer, in bytes.
    package var pageBytes = 32 << 20
    /// Of one read, in bytes.
    package var bytes = 1 << 30
    /// How long one read waits for a server that asks for it, in seconds; a wish for more ends the read.
    package var waitSeconds = 20

    package init() {}
}

/// With what vigil proves to the server who it is. Secrets come from a credential, never from a configuration file.
package enum FHIRAuth: Sendable, Hashable {
    case none
    /// A fixed token.
    case bearer(String)
    /// SMART Backend Services (hl7.org/fhir/smart-app-launch, "backend-services").
    case smart(SMARTSettings)
}

/// A client that was registered with the server for SMART Backend Services.
package struct SMARTSettings: Sendable, Hashable {
    package var clientID: String
    /// The private key as PEM or JWK text: P-384 for ES384, RSA for RS384.
    package var key: String
    /// The key's id in the set that was registered; nil takes the JWK's own.
    package var keyID: String?
    /// Nil asks the server's `.well-known/smart-configuration`.
    package var tokenURL: String?

    package init(clientID: String, key: String, keyID: String? = nil, tokenURL: String? = nil) {
        self.clientID = clientID
        self.key = key
        self.keyID = keyID
        self.tokenURL = tokenURL
    }
}

/// A clock that waits; a port, so that a test does not.
package protocol FHIRWaiting: Sendable {
    func wait(seconds: Int)
}
