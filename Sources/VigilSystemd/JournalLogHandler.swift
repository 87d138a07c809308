package import Logging
import VigilCore

/// The daemon's operational log: one line a record on standard error, with the priority prefix of sd-daemon(3).
///
/// Metadata is written only when its value was marked public (`.public(…)`), whoever logged it: libraries attach request
/// paths and addresses. The message is text that the code wrote; client data belongs in neither (I20). Of an error, an
/// `OperationError` is written in full and any other as the name of its type.
package struct JournalLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level = .info
    private let output: LogOutput

    package init(output: LogOutput = .standardError) {
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        output.write(
            JournalLogHandler.line(
                level: event.level, message: event.message.description, metadata: fields, error: event.error))
    }

    /// The bytes of one record, newline included and not more than `LogOutput.limitBytes`.
    static func line(
        level: Logger.Level, message: String, metadata: Logger.Metadata, error: (any Error)?
    ) -> [UInt8] {
        var text = message
        for (key, value) in metadata.sorted(by: { $0.key < $1.key })
        where value.attributes[LogVisibility.self] == .public {
            text += " \(key)=\(value)"
        }
        if let error {
            text += " error=\((error as? OperationError)?.description ?? String(reflecting: type(of: error)))"
        }
        var line = "<\(level.priority)>"
        for scalar in text.unicodeScalars {
            // A newline would begin a record of its own, with a priority of the writer's choice.
            let shown = scalar.properties.isPrintedAsIs ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            guard line.utf8.count + shown.utf8.count < LogOutput.limitBytes else { break }
            line += shown
        }
        return Array(line.utf8) + [UInt8(ascii: "\n")]
    }
}

/// Whether a metadata value may leave the process; without a mark it may not.
package enum LogVisibility: Int64, Sendable, Logger.MetadataValueAttributes.Attribute {
    case `public` = 1
}

extension Logger.MetadataValue {
    /// Marks a value as free of client data: a count, a duration, a random id, a setting.
    package static func `public`(_ value: some CustomStringConvertible & Sendable) -> Logger.MetadataValue {
        .attributed(value, attributes: [LogVisibility.public])
    }
}

extension Logger.Level {
    /// syslog priority. Never below 3: priorities 0 to 2 are for follow-ups alone, journald syncs each of them to disk.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error, .critical: 3
        }
    }
}

extension Unicode.Scalar.Properties {
    /// False for what moves a cursor, ends a line or changes the direction of text, and for what cannot be seen.
    fileprivate var isPrintedAsIs: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
