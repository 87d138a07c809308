import Foundation
import Testing
import VigilCore

/// `deploy/vigil.catalog` against the code: what `journalctl -x` says of every kind of event.
@Suite struct CatalogTests {
    private struct Entry {
        var headers: [String: String] = [:]
        var text = ""
    }

    private static func read() throws -> [(id: String, entry: Entry)] {
        let file = try String(contentsOfFile: Checkout.path("deploy/vigil.catalog"), encoding: .utf8)
        var entries: [(id: String, entry: Entry)] = []
        var inText = false
        for line in file.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                entries.append((String(line.dropFirst(3)), Entry()))
                inText = false
            } else if entries.isEmpty || (line.isEmpty && !inText) {
                inText = !entries.isEmpty
            } else if inText {
                entries[entries.count - 1].entry.text += "\(line)\n"
            } else {
                let parts = line.split(separator: ":", maxSplits: 1)
                try #require(parts.count == 2, "a header line without a colon")
                entries[entries.count - 1].entry.headers[String(parts[0])] =
                    parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return entries
    }

    @Test func oneEntryForEveryKindAndNoOther() throws {
        #expect(try CatalogTests.read().map(\.id).sorted() == EventKind.allCases.map(\.messageID).sorted())
    }

    @Test func everyEntryIsWhole() throws {
        for (id, entry) in try CatalogTests.read() {
            #expect(entry.headers.keys.sorted() == ["Defined-By", "Subject", "Support"], "\(id)")
            #expect(entry.headers.values.allSatisfy { !$0.isEmpty }, "\(id)")
            #expect(entry.headers["Defined-By"] == "vigil", "\(id)")
            #expect(entry.text.count > 80, "\(id)")
        }
    }

    /// What every record of a kind has (`Act.event`); journalctl shows a field that a record lacks by its bare name.
    private static let alwaysThere: [EventKind: Set<String>] = [
        .sessionAssessed: ["VIGIL_TIER"],
        .sessionJoined: ["VIGIL_FOLLOW_UP"],
        .followUpOpened: ["VIGIL_FOLLOW_UP", "VIGIL_TIER"],
        .followUpRaised: ["VIGIL_FOLLOW_UP", "VIGIL_TIER"],
        .followUpTaken: ["VIGIL_FOLLOW_UP"],
        .attemptRecorded: ["VIGIL_FOLLOW_UP"],
        .reasonRecorded: ["VIGIL_FOLLOW_UP"],
        .followUpClosed: ["VIGIL_FOLLOW_UP"],
        .followUpReopened: ["VIGIL_FOLLOW_UP"],
        .followUpHandedOver: ["VIGIL_FOLLOW_UP"],
        .followUpPutOff: ["VIGIL_FOLLOW_UP"],
        .taskBroughtForward: ["VIGIL_FOLLOW_UP"],
        .pagingBegun: ["VIGIL_FOLLOW_UP"],
        .pagingResumed: ["VIGIL_FOLLOW_UP"],
        .pagingHeld: ["VIGIL_FOLLOW_UP"],
        .pagingEnded: ["VIGIL_FOLLOW_UP"],
        .pageMade: ["VIGIL_FOLLOW_UP"],
        .pageAcknowledged: ["VIGIL_FOLLOW_UP"],
        .pageNotTaken: ["VIGIL_FOLLOW_UP"],
        .pageTaken: ["VIGIL_FOLLOW_UP"],
        .taskAdded: ["VIGIL_FOLLOW_UP"],
        .fhirTaskWritten: ["VIGIL_FOLLOW_UP", "VIGIL_TIER"],
    ]

    @Test func onlyFieldsThatRecordsHave() throws {
        for (id, entry) in try CatalogTests.read() {
            let kind = try #require(EventKind.allCases.first { $0.messageID == id })
            let used = "\(entry.headers["Subject"] ?? "") \(entry.text)".matches(of: /@(.+?)@/).map { String($0.1) }
            #expect(Set(used).isSubset(of: CatalogTests.alwaysThere[kind] ?? []), "\(kind.rawValue)")
        }
    }

    /// design.md, "Words".
    @Test func wordsThatPeopleDoNotRead() throws {
        for (id, entry) in try CatalogTests.read() {
            let words = "\(entry.headers["Subject"] ?? "") \(entry.text)".lowercased()
            for banned in ["patient", "no-show", "alert", "high-risk", "high risk", " job", " case"] {
                #expect(!words.contains(banned), "\(id): \(banned)")
            }
        }
    }
}
