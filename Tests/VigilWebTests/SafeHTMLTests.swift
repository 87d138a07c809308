import Testing

@testable import VigilCore
@testable import VigilWeb

@Suite struct SafeHTMLTests {
    @Test func whatEndsTextOrAnAttribute() {
        #expect(
            SafeHTML().escapeText("<a href=\"x\" title='y'>&") == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;")
    }

    /// One `Character` with a mark on it, and a quote all the same to a browser.
    @Test(arguments: ["\"\u{301} onmouseover=x", "<\u{338}b", "'\u{20DD}", "&\u{FE0F}"])
    func aCombiningMarkHidesNothing(text: String) {
        let escaped = SafeHTML().escapeText(text)
        #expect(!escaped.utf8.contains { "<>\"'".utf8.contains($0) })
        #expect(escaped.utf8.first == UInt8(ascii: "&"))
        #expect(escaped.unicodeScalars.last == text.unicodeScalars.last)
    }

    /// Through a whole page: sections, attributes, the layout around it.
    @Test func everyTemplateEscapesSo() throws {
        let writer = try PageWriter(settings: SiteSettings(origin: "https://x.example"), zone: .utc)
        let evil = "\"\u{301}><script>alert(1)</script>"
        let view = View(["words": evil, "back": evil, "backWords": evil])
        let frame = PageWriter.Frame(title: evil, path: evil, banners: [.init(.bad, evil, evil, link: (evil, evil))])
        let text = writer.text("message", view, frame, for: nil)
        #expect(!text.contains("<script>alert"))
        #expect(text.ranges(of: "&lt;script&gt;alert(1)").count == 9)
    }
}
