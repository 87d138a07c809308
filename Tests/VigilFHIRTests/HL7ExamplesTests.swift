import Foundation
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

/// HL7's own R4 examples (CC0), read as if a server had handed them over.
@Suite struct HL7ExamplesTests {
    private static let folder = ProcessInfo.processInfo.environment["VIGIL_TEST_DATA"].map { "\($0)/fhir-r4-examples" }

    private static let isUsable: Bool = {
        if let folder, FileManager.default.fileExists(atPath: folder) { return true }
        FileHandle.standardError.write(
            Data("SKIPPED: HL7's examples: VIGIL_TEST_DATA does not name a folder with fhir-r4-examples\n".utf8))
        return false
    }()

    private static func texts() throws -> [String: [String]] {
        let folder = try #require(folder)
        var found: [String: [String]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
            let text = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")), as: UTF8.self)
            let type = try #require(FHIRElement(json: Array(text.utf8))?.resourceType)
            found[type, default: []].append(text)
        }
        return found
    }

    @Test(.enabled(if: isUsable)) func allAreReadInOneRead() throws {
        let texts = try Self.texts()
        let server = try ScriptedFHIR { request, _ in
            let type = String(request.path.dropFirst("/fhir/".count))
            // Whatever is asked for, all are handed over: also what was not asked for.
            return .json(Sample.bundle(type == "metadata" ? [] : texts.values.flatMap { $0 }))
        }
        let feed = try FHIRFeed(try Sample.settings(server), clock: ManualClock(Sample.now), waiting: NoWait())
        let (rows, _) = try Sample.read(feed)
        let sessions = rows.of(.session)
        // "examplereq" is proposed and has no time.
        #expect(Set(sessions.map { $0["id"] }) == [.text("2docs"), .text("example")])
        #expect(sessions.allSatisfy { $0["client_id"] == .text("example") })
        // Both are booked; Encounter/f203, which is finished, belongs to one of them.
        let statuses = Dictionary(uniqueKeysWithValues: sessions.map { ($0["id"], $0["status"]) })
        #expect(statuses == [.text("2docs"): .text("scheduled"), .text("example"): .text("attended")])
        #expect(
            sessions.contains { $0["starts_at"] == .integer(1_386_579_600) && $0["duration_minutes"] == .integer(120) })
    }

    @Test(.enabled(if: isUsable)) func eachEncounterAndObservation() throws {
        let texts = try Self.texts()
        let base = try Sample.base()
        #expect((texts["Encounter"] ?? []).count >= 10)
        for text in texts["Encounter"] ?? [] {
            _ = EncounterEvidence.appointments(try Sample.element(text), base: base)
        }
        var screens = ScreenCollector(base: base, zone: Sample.zone)
        for text in texts["Observation"] ?? [] { screens.add(try Sample.element(text)) }
        // None of them is a screen that vigil reads.
        #expect(screens.rows.isEmpty)
    }
}
