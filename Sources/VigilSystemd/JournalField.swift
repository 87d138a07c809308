package import VigilCore

/// One field of a journal record: a name that journald accepts and its value.
///
/// journald drops a field with a bad name in silence, so the names are made here and nowhere else: upper case, digits
/// and `_` (systemd.journal-fields(7)).
package struct JournalField: Sendable, Hashable {
    package let name: String
    package let value: String

    /// Every field of one event, in a fixed order; a field that the event has no value for is absent.
    ///
    /// - Parameter auditSequence: the audit row this record is the view of, so that a replay can be told from a new event.
    package static func fields(of event: PublicEvent, auditSequence: Int64) -> [JournalField] {
        var fields = [
            JournalField(name: "MESSAGE", value: event.message),
            JournalField(name: "MESSAGE_ID", value: event.kind.messageID),
            JournalField(name: "PRIORITY", value: String(event.priority)),
            JournalField(name: "SYSLOG_IDENTIFIER", value: "vigil"),
            JournalField(name: "VIGIL_EVENT", value: event.kind.rawValue),
            JournalField(name: "VIGIL_AUDIT_SEQ", value: String(auditSequence)),
        ]
        if let followUp = event.followUp {
            fields.append(JournalField(name: "VIGIL_FOLLOW_UP", value: followUp.text))
        }
        if let tier = event.tier {
            fields.append(JournalField(name: "VIGIL_TIER", value: tier.rawValue))
        }
        if !event.rules.isEmpty {
            fields.append(
                JournalField(name: "VIGIL_REASONS", value: event.rules.map(\.text).joined(separator: " ")))
        }
        if let policy = event.policy {
            fields.append(JournalField(name: "VIGIL_POLICY", value: policy))
        }
        for count in PublicEvent.Count.allCases {
            if let number = event.counts[count] {
                fields.append(JournalField(name: name(of: count), value: String(number)))
            }
        }
        return fields
    }

    /// `VIGIL_COUNT_FOLLOW_UPS`.
    package static func name(of count: PublicEvent.Count) -> String {
        "VIGIL_COUNT_\(count.rawValue.uppercased())"
    }
}
