import Foundation

@testable import VigilWeb

/// Somebody at the pages without a browser: keeps the cookie, sends forms as a browser would, and what no browser would too.
final class SiteVisitor {
    struct Answer {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: String

        /// The first of that name; nil for none.
        subscript(_ name: String) -> String? {
            headers.first { $0.name == name.lowercased() }?.value
        }

        func all(_ name: String) -> [String] {
            headers.filter { $0.name == name.lowercased() }.map(\.value)
        }

        /// The value of the first hidden field of that name.
        func hidden(_ name: String) -> String? {
            let parts = body.components(separatedBy: "name=\"\(name)\" value=\"")
            return parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : nil
        }
    }

    static let password = "four words of a clinic"

    let port: Int
    /// `__Host-vigil=…`, or nothing before a sign-in.
    var cookie: String?
    private(set) var key: [UInt8] = []
    private var lastStep: Int64 = 0

    init(port: Int) {
        self.port = port
    }

    private var origin: String { "http://127.0.0.1:\(port)" }

    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String = ""
    ) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        if let cookie { lines.append("Cookie: \(cookie)") }
        if !body.isEmpty || method == "POST" {
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append("Content-Length: \(body.utf8.count)")
        }
        lines += headers.map { "\($0.key): \($0.value)" }
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        let text = String(
            decoding: try RawExchange.send(bytes, to: .port(port), closesFirst: false, patience: 60), as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(separator: "\r\n")
        return Answer(
            status: head.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0,
            headers: head.dropFirst().compactMap { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return pair.count == 2
                    ? (pair[0].lowercased(), pair[1].trimmingCharacters(in: .whitespaces)) : nil
            }, body: parts.count == 2 ? String(parts[1]) : "")
    }

    func get(_ path: String) throws -> Answer { try send("GET", path) }

    /// A form as a page of this site sends it.
    func post(_ path: String, _ fields: [String: String], headers: [String: String]? = nil) throws -> Answer {
        let body = fields.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
        return try send("POST", path, headers: headers ?? ["Sec-Fetch-Site": "same-origin"], body: body)
    }

    /// A form with the token of this session.
    func act(_ path: String, _ fields: [String: String] = [:]) throws -> Answer {
        try post(path, fields.merging(["token": try token()]) { given, _ in given })
    }

    /// Of this session's forms.
    func token() throws -> String {
        try get("/account").hidden("token") ?? ""
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }.joined()
    }

    // MARK: Signing in

    /// Chooses a password by the link that `vigil user add` printed.
    func accept(_ link: String) throws -> Answer {
        let path = "/welcome/\(link.split(separator: "/").last ?? "")"
        let page = try get(path)
        let shown = page.body.firstMatch(of: /<code class="key">([A-Z2-7 ]+)</).map { String($0.1) } ?? ""
        key = Self.bytes(ofBase32: shown.replacingOccurrences(of: " ", with: ""))
        return try post(
            path,
            [
                "password": Self.password, "repeated": Self.password,
                "code": OneTimeCode.code(key, step: OneTimeCode.step(at: Self.now)),
            ])
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// A code that was not used: one step ahead of the clock is taken too.
    func freshCode() -> String {
        var step = max(lastStep + 1, OneTimeCode.step(at: Self.now))
        while step > OneTimeCode.step(at: Self.now) + 1 {
            usleep(200_000)
            step = max(lastStep + 1, OneTimeCode.step(at: Self.now))
        }
        lastStep = step
        return OneTimeCode.code(key, step: step)
    }

    func signIn(_ name: String, password: String = SiteVisitor.password, code: String? = nil) throws -> Answer {
        let answer = try post("/sign-in", ["name": name, "password": password, "code": code ?? freshCode()])
        if let set = answer.all("Set-Cookie").last?.split(separator: ";").first { cookie = String(set) }
        return answer
    }

    private static func bytes(ofBase32 text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (buffer, bits, bytes) = (UInt32(0), 0, [UInt8]())
        for letter in text {
            buffer = buffer << 5 | UInt32(alphabet.firstIndex(of: letter) ?? 0)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return bytes
    }
}
