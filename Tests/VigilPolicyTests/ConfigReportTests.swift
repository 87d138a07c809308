import Testing
import VigilCore
import VigilPolicy

@Suite struct ConfigReportTests {
    private func issue(_ line: Int, _ column: Int) -> ConfigIssue {
        ConfigIssue(place: .init(line: line, column: column), message: "is wrong")
    }

    @Test func showsPlaceLineAndCaret() {
        let report = ConfigReport(file: "policy.yaml", text: "a: 1\nb: none\n", issues: [issue(2, 4)])
        #expect(
            report.rendered == """
                policy.yaml:2:4: is wrong
                  2 | b: none
                    |    ^
                """)
    }

    @Test func sortsByPlaceAndStopsAtFifty() {
        let report = ConfigReport(file: "f", text: "", issues: (1...60).reversed().map { issue($0, 1) })
        let lines = report.rendered.split(separator: "\n")
        #expect(lines.first == "f:1:1: is wrong")
        #expect(lines.count == 51)
        #expect(lines.last == "and 10 more")
    }

    @Test(arguments: [
        ("routing_key: hunter2\n", 1), ("smtp:\n  Password: hunter2\n", 2), ("token: |\n  first\n  hunter2\n", 3),
        ("secrets:\n  - name: x\n    value: hunter2\n", 3), ("{user: x, password: hunter2}\n", 1),
    ])
    func neverShowsASecret(text: String, line: Int) {
        let report = ConfigReport(file: "f", text: text, issues: [issue(line, 4)])
        #expect(report.rendered == "f:\(line):4: is wrong")
    }

    @Test func aSiblingOfASecretIsShown() {
        let report = ConfigReport(file: "f", text: "smtp:\n  password: x\nother:\n  port: y\n", issues: [issue(4, 9)])
        #expect(report.rendered.contains("port: y"))
    }

    @Test func cutsLongLinesAndControlCharacters() {
        let text = "a: " + String(repeating: "x", count: 300) + "\u{1B}[31m!" + String(repeating: "y", count: 50)
        let report = ConfigReport(file: "f", text: text, issues: [issue(1, 309)])
        let lines = report.rendered.split(separator: "\n")
        #expect(!report.rendered.contains("\u{1B}"))
        #expect(lines.allSatisfy { $0.count < 110 })
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let mark = lines[1].firstIndex(of: "!").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
        #expect(caret == mark)
    }

    @Test func becomesAConfigurationError() {
        let error = ConfigReport(file: "f", text: "a\n", issues: [issue(1, 1)]).error(operation: "read the policy")
        #expect(error.kind.exitStatus == 78)
        #expect(error.description.hasPrefix("cannot read the policy: f: 1 thing is wrong\nf:1:1: is wrong\n"))
    }
}
