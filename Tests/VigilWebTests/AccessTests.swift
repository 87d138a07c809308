import Foundation
import HTTPTypes
import Testing
import VigilCore
import VigilTestKit

@testable import VigilWeb

/// `Sources/VigilWeb/ACCESS.md`, which an auditor reads, against what the code does.
@Suite struct AccessTests {
    private static var table: String {
        let roles = Role.allCases
        let head = "| Place | Routes | \(roles.map(\.rawValue).joined(separator: " | ")) |"
        let line = "|---|---|\(roles.map { _ in "---|" }.joined())"
        let rows = Place.allCases.map { place in
            let routes = Site.routes.filter { $0.place == place }.map { "`\($0.method.rawValue) \($0.path)`" }
            let marks = roles.map { place.roles.contains($0) ? "yes" : "" }
            return "| \(place.rawValue) | \(routes.joined(separator: "<br>")) | \(marks.joined(separator: " | ")) |"
        }
        let open = Site.routes.filter { $0.place == nil }.map { "- `\($0.method.rawValue) \($0.path)`" }
        return ([head, line] + rows + ["", "Without a sign-in:", ""] + open).joined(separator: "\n") + "\n"
    }

    @Test func theTableIsWhatTheCodeDoes() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Sources/VigilWeb/ACCESS.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let written = text.range(of: "| Place |").map { String(text[$0.lowerBound...]) } ?? ""
        #expect(written == Self.table, "the table should be:\n\(Self.table)")
    }

    @Test func everyPlaceHasARouteAndARole() {
        for place in Place.allCases {
            #expect(!place.roles.isEmpty)
            #expect(Site.routes.contains { $0.place == place }, "\(place)")
        }
    }

    @Test func whoSeesNoClientDataOpensNoPlaceWithAny() {
        let clients: [Place] = [.queue, .followUp, .act, .questions, .drifted, .considered, .caseload, .breakGlass]
        for role in [Role.admin, .auditor, .privacyOfficer] {
            #expect(clients.allSatisfy { !$0.roles.contains(role) }, "\(role)")
        }
    }
}

@Suite struct PageWordsTests {
    /// What a person reads of a template: without its tags and its names of values.
    private func read(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.replacingOccurrences(of: "\\{\\{[^}]*\\}\\}", with: " ", options: .regularExpression)
            .replacingOccurrences(of: "<[^>]*>", with: " ", options: .regularExpression)
    }

    @Test func noTemplateHasABannedWord() {
        for (name, bytes) in PageWriter.templates {
            #expect(BannedWords.found(in: read(bytes)) == [], "\(name)")
        }
    }

    @Test func noChoiceHasOne() {
        let words =
            Attempt.Outcome.allCases.map(\.words) + Attempt.Channel.allCases.map(\.words)
            + CloseReason.allCases.map(\.words) + MissReason.allCases.map(\.words) + Role.allCases.map(\.words)
        #expect(BannedWords.found(in: words.joined(separator: ". ")) == [])
    }

    /// What the Content-Security-Policy would block, no template has.
    @Test func nothingIsInline() {
        for (name, bytes) in PageWriter.templates {
            let text = String(decoding: bytes, as: UTF8.self)
            for forbidden in [" style=", " onclick", " onload", "<style", "javascript:", "<script>", "{{{", "{{&"] {
                #expect(!text.contains(forbidden), "\(name): \(forbidden)")
            }
        }
    }
}
