import Testing

@testable import VigilWeb

@Suite struct FormTests {
    @Test func fieldsAsABrowserSendsThem() {
        let form = Form("note=a+b%26c%3D%C3%A9&empty=&alone&note=second")
        #expect(form["note"] == "a b&c=é")
        #expect(form["empty"].isEmpty && form["alone"].isEmpty && form["missing"].isEmpty)
    }

    @Test func brokenOnesAreText() {
        #expect(Form("a=%")["a"] == "%")
        #expect(Form("a=%4")["a"] == "%4")
        #expect(Form("a=%zz")["a"] == "%zz")
        #expect(Form("a=%FF")["a"] == "\u{FFFD}")
    }

    @Test func textHasLinesAndNoControls() {
        #expect(
            Form("n=++one%0D%0Atwo%00%1B%5Bm++")
                .text("n") == "one\ntwo[m")
    }

    @Test func noMoreThanAFormHas() {
        let form = Form((0..<500).map { "f\($0)=x" }.joined(separator: "&"))
        #expect(form["f63"] == "x" && form["f64"].isEmpty)
    }
}

@Suite struct LocalPathTests {
    @Test(arguments: ["/", "/queue", "/f/7K3F0123456789AB?done=taken", "/queue?show=all&page=2"])
    func ofThisSite(path: String) {
        #expect(SignInPages.local(path) == path)
    }

    /// What a browser would follow elsewhere, or what splits a header.
    @Test(arguments: [
        "", "queue", "//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "/a\r\nSet-Cookie: x",
        "javascript:alert(1)", "/ü",
    ])
    func elsewhere(path: String) {
        #expect(SignInPages.local(path) == "/")
    }
}

@Suite struct SecretTokenTests {
    @Test func madeAndRead() throws {
        let token = SecretToken()
        #expect(token.text.utf8.count == 43)
        #expect(try #require(SecretToken(token.text)).hash == token.hash)
        #expect(SecretToken().text != token.text)
    }

    @Test(arguments: ["", "short", String(repeating: "A", count: 44), String(repeating: "!", count: 43)])
    func noToken(text: String) {
        #expect(SecretToken(text) == nil)
    }
}
