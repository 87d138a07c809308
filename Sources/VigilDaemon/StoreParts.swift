import Foundation
import Synchronization
import VigilChannels
package import VigilCore
import VigilFHIR
import VigilPolicy
import VigilSQL
package import VigilStores

/// How another system's data is to be read: the mapping file, once it has been read.
package enum SourceMapping: Sendable {
    case sql(StoreMapping)
    case csv(ImportMapping)

    /// - Returns: nil for a store of vigil's own kind.
    /// - Throws: `OperationError` of kind `configuration` with every issue of the file.
    package static func load(for machine: MachineConfig) throws -> SourceMapping? {
        switch machine.source {
        case nil: nil
        case .sql(let source):
            .sql(
                try ConfigFile.load(path: source.mappingPath, operation: "read the mapping") { reader, _ in
                    StoreMapping(reading: reader)
                })
        case .fhir: nil
        case .csv(let source):
            .csv(
                try ConfigFile.load(path: source.mappingPath, operation: "read the mapping") { reader, _ in
                    ImportMapping(reading: reader)
                })
        }
    }

    /// The mapping file; nil for a store of vigil's own kind.
    static func path(of machine: MachineConfig) -> String? {
        switch machine.source {
        case nil, .fhir: nil
        case .sql(let source): source.mappingPath
        case .csv(let source): source.mappingPath
        }
    }
}

extension SQLSourceSettings {
    /// - Throws: `OperationError` when the password is named and not there.
    fileprivate func address(_ credentials: Credentials) throws -> SQLServerAddress {
        var secret: String?
        if let password {
            secret = try credentials.needed(
                password, credentials.secret(password), for: "read the appointment store", setting: "store.password")
        }
        return SQLServerAddress(
            host: host, port: port, database: database, user: user, password: secret,
            tls: tls == .off ? .off : .verifyFull(authorityFile: authorityPath), connectTimeoutSeconds: connectSeconds,
            statementTimeoutSeconds: statementSeconds)
    }
}

/// Makes the appointment store that a configuration names.
package struct StoreParts: Sendable {
    private let config: MachineConfig
    private let zone: Zone
    private let mapping: SourceMapping?

    /// How long a read waits while the practice's own program holds its lock; then the poll fails and is tried again.
    private static let busyMilliseconds = 2_000

    package init(config: MachineConfig, zone: Zone, mapping: SourceMapping?) {
        self.config = config
        self.zone = zone
        self.mapping = mapping
    }

    /// For the poll alone: it also brings the mirror of another system up to date.
    /// - Parameter progressed: called while a long read goes on.
    package func pollStore(progressed: @escaping @Sendable () -> Void) -> any AppointmentStore {
        guard let feed = feed() else { return reader() }
        return MirroredStore(
            feed: feed, path: config.storePath, version: version, zone: zone, busyMilliseconds: Self.busyMilliseconds,
            progressed: progressed)
    }

    /// Tells one text of the mapping file from another; no secret, and no need of a cryptographic one.
    private var version: String {
        let bytes = SourceMapping.path(of: config).flatMap { FileManager.default.contents(atPath: $0) } ?? Data()
        let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// For everybody else: the practice's store, or the mirror as the last poll left it.
    package func reader() -> PracticeStore {
        PracticeStore(path: config.storePath, zone: zone, busyMilliseconds: Self.busyMilliseconds)
    }

    /// - Returns: nil for a store of vigil's own kind.
    package func feed() -> (any AppointmentFeed)? {
        let credentials = Credentials(folder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
        switch (config.source, mapping) {
        case (.sql(let source), .sql(let mapping)):
            let engine: SQLServerEngine = source.engine == .postgresql ? .postgresql : .mariadb
            return MappedFeed(
                mapping: mapping, engine: engine,
                subject: "\(source.engine.rawValue) \(source.database) on \(source.host)",
                connect: { try engine.connect(source.address(credentials)) })
        case (.csv(let source), .csv(let mapping)):
            let folder = config.storePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return ExportFolderFeed(
                folder: source.folder, mapping: mapping, workFolder: folder.joined(separator: "/"),
                staleAfterHours: source.staleAfterHours)
        case (.fhir(let source), _): return FHIRSource(settings: source, zone: zone, credentials: credentials)
        default: return nil
        }
    }
}

/// A FHIR server's feed, made when it is first needed: an address that cannot be one is said like any other failure.
///
/// One thread at a time, but for `cancel`.
private final class FHIRSource: AppointmentFeed {
    private let settings: FHIRSourceSettings
    private let zone: Zone
    private let credentials: Credentials
    private var feed: FHIRFeed?
    private let cancellation = Mutex(Cancellation())

    /// What `cancel` needs, which may come before there is a feed.
    private struct Cancellation {
        var isCancelled = false
        var cancel: @Sendable () -> Void = {}
    }

    init(settings: FHIRSourceSettings, zone: Zone, credentials: Credentials) {
        self.settings = settings
        self.zone = zone
        self.credentials = credentials
    }

    var subject: String { settings.base }

    var blindSpots: [BlindSpot] { feed?.blindSpots ?? [] }

    func check() throws { try opened().check() }

    func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        try opened().read(request, row: row)
    }

    func cancel() {
        let cancel = cancellation.withLock { held in
            held.isCancelled = true
            return held.cancel
        }
        cancel()
    }

    private func opened() throws -> FHIRFeed {
        if let feed { return feed }
        var server = FHIRSettings(base: try FHIRBase(settings.base), zone: zone)
        (server.daysBack, server.daysAhead) = (settings.daysBack, settings.daysAhead)
        server.fullEveryMinutes = settings.fullEveryMinutes
        server.network.timeoutSeconds = settings.timeoutSeconds
        server.network.certificateFile = settings.authorityPath
        server.auth = try FHIRAuth(
            settings.auth, credentials, for: "read the appointment store", setting: "store.auth")
        let made = try FHIRFeed(server, clock: SystemClock())
        let cancel = made.canceller
        let isLate = cancellation.withLock { held in
            held.cancel = cancel
            return held.isCancelled
        }
        if isLate { cancel() }
        feed = made
        return made
    }
}
