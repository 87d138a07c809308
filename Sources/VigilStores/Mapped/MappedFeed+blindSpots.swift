package import VigilCore

/// What a mapping leaves out.
extension StoreMapping {
    /// - Parameter yielded: the columns of each table's query, as far as they are known; what no row has shown yet is not missed.
    package func blindSpots(yielded: [SourceTable: [String]]) -> [BlindSpot] {
        let byTable: [(SourceTable, BlindSpot.Subject)] = [
            (.diagnosis, .diagnoses), (.screen, .screens), (.event, .events), (.medication, .medication),
            (.contact, .contacts),
        ]
        var spots = byTable.filter { tables[$0.0] == nil }.map { table, subject in
            BlindSpot(subject, cannotReadBecause: "the mapping has no table '\(table.rawValue)'")
        }
        let byColumn: [(SourceTable, String, BlindSpot.Subject)] = [
            (.client, "clinician_flag", .clinicianFlag), (.client, "first_contact_on", .firstContact),
            (.session, "cancelled_at", .cancellationTimes),
        ]
        for (table, column, subject) in byColumn where yielded[table].map({ !$0.contains(column) }) ?? false {
            spots.append(
                BlindSpot(
                    subject, cannotReadBecause: "the mapping's query for '\(table.rawValue)' yields no '\(column)'"))
        }
        let yieldsTherapist = [SourceTable.client, .session].map { yielded[$0]?.contains("therapist_id") }
        if yieldsTherapist.allSatisfy({ $0 == false }) {
            spots.append(BlindSpot(.therapists, cannotReadBecause: "the mapping yields no 'therapist_id'"))
        }
        return spots
    }
}

extension ImportMapping {
    /// An export is sessions, with what it says of their clients; some things no mapping of it can name.
    package var blindSpots: [BlindSpot] {
        let byNature: [BlindSpot.Subject] = [.diagnoses, .screens, .events, .medication, .contacts]
        var spots = byNature.map { BlindSpot($0, cannotReadBecause: "exports of appointments do not hold them") }
        let columns = Set(client.map(\.target))
        func note(_ subject: BlindSpot.Subject, _ column: String, _ isMapped: Bool) {
            if !isMapped { spots.append(BlindSpot(subject, cannotReadBecause: "the mapping names no '\(column)'")) }
        }
        note(.clinicianFlag, "client.clinician_flag", columns.contains(.clinicianFlag))
        note(.firstContact, "client.first_contact_on", columns.contains(.firstContactOn))
        note(.cancellationTimes, "cancelled_at", cancelledAt != nil)
        note(.therapists, "therapist", therapist != nil || columns.contains(.therapist))
        return spots
    }
}
