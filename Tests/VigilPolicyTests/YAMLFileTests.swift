import Testing
import VigilCore
import VigilPolicy

@Suite struct YAMLFileTests {
    private func issues(_ text: String) -> [String] {
        YAMLFile(text: text).issues.map { "\($0.place.line):\($0.place.column): \($0.message)" }
    }

    private func value(_ key: String, in text: String) throws -> ConfigNode {
        let root = try #require(YAMLFile(text: text).root)
        guard case .map(let entries) = root.content else { throw NotAMap() }
        return try #require(entries.first { $0.key == key }?.value)
    }

    private struct NotAMap: Error {}

    @Test func scalarsStayText() throws {
        let text = "time: 22:30\nanswer: no\ncode: \"null\"\nnothing: null\nsum: 1_000\n"
        #expect(issues(text).isEmpty)
        for (key, expected, isQuoted) in [
            ("time", "22:30", false), ("answer", "no", false), ("code", "null", true), ("sum", "1_000", false),
        ] {
            guard case .scalar(let found, let quoted) = try value(key, in: text).content else {
                Issue.record("\(key) is not a scalar")
                continue
            }
            #expect(found == expected)
            #expect(quoted == isQuoted)
        }
        #expect(try value("nothing", in: text).isNull)
        #expect(try !value("code", in: text).isNull)
    }

    @Test func placesCountFromOne() throws {
        let node = try value("list", in: "# note\nlist:\n  - {a: 1}\n  - é: 2\n")
        guard case .list(let items) = node.content else {
            Issue.record("not a list")
            return
        }
        #expect(items.map(\.place) == [.init(line: 3, column: 5), .init(line: 4, column: 5)])
    }

    @Test func everyDuplicateKeyIsReportedAtItsSecondPlace() {
        let text = "a: 1\nb:\n  c: 1\n  \"c\": 2\n  d: {x: 1, x: 2}\na: 3\na: 4\n"
        #expect(
            issues(text) == [
                "4:3: the key 'c' stands in this mapping twice; the first is on line 3",
                "5:13: the key 'x' stands in this mapping twice; the first is on line 5",
                "6:1: the key 'a' stands in this mapping twice; the first is on line 1",
                "7:1: the key 'a' stands in this mapping twice; the first is on line 1",
            ])
    }

    @Test func duplicatesLeaveTheTreeUsable() throws {
        guard case .scalar(let first, _) = try value("a", in: "a: 1\na: 2\n").content else {
            Issue.record("not a scalar")
            return
        }
        #expect(first == "1")
    }

    @Test(arguments: [
        ("a: &x 1\n", "1:4: anchors ('&') and aliases ('*') are not used here; write the value out in each place"),
        ("a: !!int 1\n", "1:4: tags ('!') are not used here; every value is read by what its key expects"),
        ("a: !own [1]\n", "1:4: tags ('!') are not used here; every value is read by what its key expects"),
        ("a: !own {b: 1}\n", "1:4: tags ('!') are not used here; every value is read by what its key expects"),
        ("<<: {a: 1}\n", "1:1: merge keys ('<<') are not used here; write the values out"),
        ("? [a, b]\n: 1\n", "1:3: a key must be one word, not a list or a mapping"),
        ("a: 1\n---\nb: 2\n", "3:1: a second document begins here; a file holds one, without '---'"),
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file is empty"),
    ])
    func whatIsNotUsedIsRefused(text: String, message: String) {
        #expect(issues(text) == [message])
    }

    @Test func aliasesDoNotMultiply() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...24 {
            text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(issues(text).count == 25)
    }

    @Test func syntaxErrorsHaveAPlace() {
        #expect(issues("a: [1, 2\nb: 3\n").first?.hasPrefix("2:2: this is not YAML: ") == true)
        #expect(issues("a:\n\tb: 1\n").first == "2:1: a tab; indent with spaces")
        #expect(issues("a: 1\nb: \u{1}\n").first?.hasPrefix("2:4: this is not text: ") == true)
    }

    @Test func depthAndSizeAreBounded() {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(issues("a: \(deep)\n") == ["1:35: nested deeper than 32 levels"])
        let abyss = String(repeating: "[", count: 100_000)
        #expect(issues(abyss).count == 1)
        #expect(issues(String(repeating: "# long\n", count: 200_000)) == ["1:1: the file is larger than 1024 KiB"])
    }
}
