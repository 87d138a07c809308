import Foundation
import VigilChannels
package import VigilCore
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
        case nil: nil
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
            secret = credentials.secret(password)
            guard secret != nil else {
                throw OperationError(
                    .configuration, operation: "read the appointment store", subject: "store.password",
                    cause: "there is no credential '\(password.text)'",
                    remedy: "LoadCredential=\(password.text):FILE in the unit, and a password in the file")
            }
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
            feed: feed, path: config.storePath, zone: zone, busyMilliseconds: Self.busyMilliseconds,
            progressed: progressed)
    }

    /// For everybody else: the practice's store, or the mirror as the last poll left it.
    package func reader() -> PracticeStore {
        PracticeStore(path: config.storePath, zone: zone, busyMilliseconds: Self.busyMilliseconds)
    }

    /// - Returns: nil for a store of vigil's own kind.
    package func feed() -> (any AppointmentFeed)? {
        switch (config.source, mapping) {
        case (.sql(let source), .sql(let mapping)):
            let engine: SQLServerEngine = source.engine == .postgresql ? .postgresql : .mariadb
            let credentials = Credentials(folder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
            return MappedFeed(
                mapping: mapping, engine: engine,
                subject: "\(source.engine.rawValue) \(source.database) on \(source.host)",
                connect: { try engine.connect(source.address(credentials)) })
        case (.csv(let source), .csv(let mapping)):
            let folder = config.storePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return ExportFolderFeed(
                folder: source.folder, mapping: mapping, workFolder: folder.joined(separator: "/"))
        default: return nil
        }
    }
}
