/// How vigil reaches a practice's own system, for the mirror that it keeps of it: the `store` section of `vigil.yaml`.
package enum SourceSettings: Sendable, Hashable {
    case sql(SQLSourceSettings)
    case csv(CSVSourceSettings)
    case fhir(FHIRSourceSettings)

    init?(reading reader: ConfigReader, _ kind: MachineConfig.StoreKind, path: (String) -> String) {
        switch kind {
        case .practice: return nil
        case .sql: self = .sql(SQLSourceSettings(reading: reader, path: path))
        case .csv: self = .csv(CSVSourceSettings(reading: reader, path: path))
        case .fhir: self = .fhir(FHIRSourceSettings(reading: reader, path: path))
        }
    }
}

/// A database server.
package struct SQLSourceSettings: Sendable, Hashable {
    package enum Engine: String, Sendable, CaseIterable {
        case postgresql, mariadb
    }

    package enum TLS: String, Sendable, CaseIterable {
        /// Certificate and name are checked.
        case verifyFull = "verify_full"
        /// On this machine alone.
        case off
    }

    package var engine: Engine
    /// A mapping file of `config/stores/`.
    package var mappingPath: String
    /// A name, an address, or the folder of a local socket.
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    /// Nil when the server knows the account by its socket.
    package var password: CredentialName?
    package var tls: TLS
    /// Certificates to trust in place of the machine's own.
    package var authorityPath: String?
    package var connectSeconds: Int
    /// How long one statement may take.
    package var statementSeconds: Int

    init(reading reader: ConfigReader, path: (String) -> String) {
        engine = reader.choice("engine", Engine.self)
        mappingPath = path(reader.text("mapping"))
        host = reader.text("host", default: "localhost")
        port = reader.integer("port", in: 1...65_535, default: engine == .postgresql ? 5_432 : 3_306)
        database = reader.text("database")
        user = reader.text("user")
        password = reader.has("password") ? reader.credential("password") : nil
        let isLocal = host.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains(host)
        tls = reader.choice("tls", TLS.self, default: isLocal ? .off : .verifyFull)
        if tls == .off, !isLocal {
            reader.issue("store.tls: off is for this machine alone; over a network client data must be encrypted")
        }
        authorityPath = reader.has("authority") ? path(reader.text("authority")) : nil
        connectSeconds = reader.integer("connect_seconds", in: 1...60, default: 5)
        statementSeconds = reader.integer("statement_seconds", in: 1...540, default: 300)
    }
}

/// A folder into which the practice's program, or a person, puts its exports.
package struct CSVSourceSettings: Sendable, Hashable {
    package var folder: String
    /// An export older than this is no feed any more: the operator is told.
    package var staleAfterHours: Int
    /// A mapping as for `vigil import csv`.
    package var mappingPath: String

    init(reading reader: ConfigReader, path: (String) -> String) {
        folder = path(reader.text("folder"))
        staleAfterHours = reader.integer("stale_after_hours", in: 1...720, default: 26)
        mappingPath = path(reader.text("mapping"))
    }
}

/// A FHIR R4 server.
package struct FHIRSourceSettings: Sendable, Hashable {
    /// With what vigil proves who it is.
    package enum Auth: Sendable, Hashable {
        case none
        case bearer(CredentialName)
        /// SMART Backend Services: a client that was registered with the server, and its private key (PEM or JWK).
        case smart(clientID: String, key: CredentialName, keyID: String?, tokenURL: String?)
    }

    package var base: String
    package var auth: Auth
    package var daysBack: Int
    package var daysAhead: Int
    /// How long reads of changes alone may follow each other; 0 reads everything each time.
    package var fullEveryMinutes: Int
    package var timeoutSeconds: Int
    /// Certificates to trust in place of the machine's own.
    package var authorityPath: String?

    init(reading reader: ConfigReader, path: (String) -> String) {
        base = reader.text("base")
        daysBack = reader.integer("days_back", in: 1...3_650, default: 45)
        daysAhead = reader.integer("days_ahead", in: 0...3_650, default: 90)
        // No longer than the first grace: a session that was moved leaves its old row until then.
        fullEveryMinutes = reader.integer("full_every_minutes", in: 0...15, default: 15)
        timeoutSeconds = reader.integer("timeout_seconds", in: 1...300, default: 30)
        authorityPath = reader.has("authority") ? path(reader.text("authority")) : nil
        auth = reader.has("auth") ? Auth(reading: reader.section("auth")) : .none
    }
}

extension FHIRSourceSettings.Auth {
    init(reading section: ConfigReader) {
        if section.has("bearer") {
            self = .bearer(section.credential("bearer"))
        } else {
            self = .smart(
                clientID: section.text("client_id"), key: section.credential("key"),
                keyID: section.has("key_id") ? section.text("key_id") : nil,
                tokenURL: section.has("token_url") ? section.text("token_url") : nil)
        }
        section.refuseUnknownKeys()
    }

    /// The secret that it needs.
    var credential: CredentialName? {
        switch self {
        case .none: nil
        case .bearer(let name), .smart(_, let name, _, _): name
        }
    }
}
