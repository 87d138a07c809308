import Foundation
import VigilCore
import VigilFHIR
import VigilTestKit

@testable import VigilFHIR

/// Documents and settings that several suites use.
enum Sample {
    /// 2026-11-24T15:00:00Z, 10am in New York.
    static let now = WallTime(seconds: 1_795_532_400)
    static let zone = Zone(identifier: "America/New_York") ?? .utc

    static func base(_ text: String = "https://ehr.example.org/fhir") throws -> FHIRBase {
        try FHIRBase(text)
    }

    static func element(_ json: String) throws -> FHIRElement {
        guard let element = FHIRElement(json: Array(json.utf8)) else { throw CocoaError(.coderReadCorrupt) }
        return element
    }

    static func appointment(
        _ id: String, _ status: String = "booked", start: String = "2026-11-24T14:00:00Z", client: String = "p1",
        more: String = ""
    ) -> String {
        """
        {"resourceType":"Appointment","id":"\(id)","status":"\(status)","start":"\(start)",\
        "participant":[{"actor":{"reference":"Patient/\(client)"},"status":"accepted"},\
        {"actor":{"reference":"Practitioner/d1"},"status":"accepted"}]\(more)}
        """
    }

    /// - Parameter link: to the next page.
    static func bundle(_ resources: [String], next link: String? = nil, total: Int? = nil, at time: String? = nil)
        -> String
    {
        let entries = resources.map { "{\"resource\":\($0)}" }.joined(separator: ",")
        let next = link.map { "{\"relation\":\"next\",\"url\":\"\($0)\"}" } ?? ""
        let count = total.map { ",\"total\":\($0)" } ?? ""
        let meta = time.map { ",\"meta\":{\"lastUpdated\":\"\($0)\"}" } ?? ""
        return
            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"\(meta)\(count),\"link\":[\(next)],\"entry\":[\(entries)]}"
    }

    static let capability = """
        {"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","format":["json"],"rest":[{"mode":"server",\
        "searchParam":[{"name":"_lastUpdated","type":"date"}],"resource":[\
        {"type":"Appointment","searchParam":[{"name":"date","type":"date"},{"name":"status","type":"token"}]},\
        {"type":"Encounter"}]}]}
        """

    static func settings(_ server: ScriptedFHIR) throws -> FHIRSettings {
        FHIRSettings(base: try FHIRBase(server.base), zone: zone)
    }

    /// The rows of one read, and its answer.
    static func read(
        _ feed: FHIRFeed, now: WallTime = now, cursor: FeedCursor? = nil
    ) throws -> (rows: [SourceRow], answer: FeedAnswer) {
        var rows: [SourceRow] = []
        let answer = try feed.read(FeedRequest(now: now, cursor: cursor)) { rows.append($0) }
        return (rows, answer)
    }
}

extension SourceRow {
    /// The value of a column.
    subscript(_ column: String) -> SourceValue {
        table.columns.firstIndex(of: column).map { values[$0] } ?? .null
    }
}

extension [SourceRow] {
    func of(_ table: SourceTable) -> [SourceRow] { filter { $0.table == table } }
}
