import Testing
import VigilCore
import VigilTestKit

@Suite struct ConfigReaderTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func messages(_ yaml: String, _ read: (ConfigReader) -> Void) throws -> [String] {
        let reader = try ConfigReader.yaml(yaml)
        read(reader)
        return reader.issues.map { "\($0.place.line):\($0.place.column) \($0.message)" }
    }

    @Test func aGoodFileHasNoIssues() throws {
        let found = try messages("a: 3\nb: text\nc: yes\nd: green\ne: [x, y]\nf: {g: 1}\n") { reader in
            #expect(reader.integer("a", in: 0...5) == 3)
            #expect(reader.text("b") == "text")
            #expect(reader.flag("c"))
            #expect(reader.choice("d", Colour.self) == .green)
            #expect(reader.texts("e").map(\.text) == ["x", "y"])
            let section = reader.section("f")
            #expect(section.integer("g", in: 0...5) == 1)
            section.refuseUnknownKeys()
            reader.refuseUnknownKeys()
        }
        #expect(found.isEmpty)
    }

    @Test func unknownKeysAreNamedWithTheNearestKnownOne() throws {
        let found = try messages("treshold: 3\ncolour: red\nlength: 1\ninner: {dayz: 2}\n") { reader in
            _ = reader.integer("threshold", in: 0...5, default: 1)
            _ = reader.text("colour")
            let inner = reader.section("inner")
            _ = inner.integer("days", in: 0...5, default: 1)
            inner.refuseUnknownKeys()
            reader.refuseUnknownKeys()
        }
        #expect(
            found == [
                "1:1 unknown key 'treshold'; did you mean 'threshold'?", "3:1 unknown key 'length'",
                "4:9 unknown key 'dayz' in inner; did you mean 'days'?",
            ])
    }

    @Test func everyIssueIsFoundAtOnceInTheOrderOfTheFile() throws {
        let found = try messages("a: many\nb: [1]\nc: maybe\nd: gren\ne: 9\nf: x\ng: {x: 1}\nzz: 1\n") { reader in
            _ = reader.integer("a", in: 0...5)
            _ = reader.text("b")
            _ = reader.flag("c")
            _ = reader.choice("d", Colour.self)
            _ = reader.integer("e", in: 0...5)
            _ = reader.section("f")
            _ = reader.texts("g")
            _ = reader.text("h")
            reader.refuseUnknownKeys()
        }
        #expect(
            found == [
                "1:1 h is missing", "1:4 a must be a whole number", "2:4 b must be text", "3:4 c must be true or false",
                "4:4 d must be one of red, green; did you mean 'green'?", "5:4 e is 9, and must be from 0 to 5",
                "6:4 f must be a mapping", "7:4 g must be a list", "8:1 unknown key 'zz'",
            ])
    }

    @Test(arguments: [
        ("0", true), ("5", true), ("-1", false), ("6", false), ("2.0", false), ("0x2", false), ("1e0", false),
    ])
    func integers(text: String, isGood: Bool) throws {
        let found = try messages("a: \(text)\n") { _ = $0.integer("a", in: 0...5) }
        #expect(found.isEmpty == isGood)
    }

    /// YAML 1.1 would make numbers and booleans of these.
    @Test func scalarsStayText() throws {
        let found = try messages("a: 22:30\nb: no\nc: 007\nd: ~\ne: \"null\"\n") { reader in
            #expect(reader.minuteOfDay("a") == 1_350)
            #expect(reader.text("b") == "no")
            #expect(reader.text("c") == "007")
            #expect(!reader.has("d"))
            #expect(reader.text("e") == "null")
        }
        #expect(found.isEmpty)
    }

    @Test(
        arguments: [
            ("3", 3...3), ("4-5", 4...5), ("91+", 91...Int.max), ("0-0", 0...0), ("5-4", nil), ("-3", nil), ("3-", nil),
            ("a-b", nil), ("1-2-3", nil), ("+", nil), ("-1+", nil), ("''", nil),
        ] as [(String, ClosedRange<Int>?)])
    func ranges(text: String, expected: ClosedRange<Int>?) throws {
        let found = try messages("a: \(text)\n") { reader in
            let range = reader.range("a")
            if let expected { #expect(range == expected) }
        }
        #expect(found.isEmpty == (expected != nil), "\(text)")
    }

    @Test(arguments: [("09:00", 540), ("00:00", 0), ("23:59", 1_439)])
    func times(text: String, minute: Int) throws {
        #expect(try ConfigReader.yaml("a: \(text)").minuteOfDay("a") == minute)
    }

    @Test(arguments: ["9:00", "24:00", "12:60", "noon", "12", "12:00:00", "[12]"])
    func noTimes(text: String) throws {
        #expect(try messages("a: \(text)\n") { _ = $0.minuteOfDay("a") }.count == 1)
    }

    @Test func zonesAreIANANames() throws {
        #expect(try ConfigReader.yaml("a: Europe/Berlin").zone("a").identifier == "Europe/Berlin")
        #expect(try messages("a: Europe/Berlim\n") { _ = $0.zone("a") }.count == 1)
    }

    @Test(
        arguments: [
            ("treshold", "threshold"), ("treshhold", "threshold"), ("tyer", "tier"), ("pints", "points"), ("a", nil),
            ("", nil),
            ("completely", nil),
        ] as [(String, String?)])
    func theNearestWord(word: String, expected: String?) {
        #expect(nearest(to: word, among: ["threshold", "tier", "points"]) == expected)
    }

    @Test func aMissingSectionReportsItselfOnce() throws {
        let found = try messages("a: 1\n") { reader in
            _ = reader.integer("a", in: 0...5)
            _ = reader.section("b", required: false)
            _ = reader.section("c")
            _ = reader.texts("d")
            _ = reader.texts("e", required: false)
            reader.refuseUnknownKeys()
        }
        #expect(found == ["1:1 c is missing", "1:1 d is missing"])
    }
}
