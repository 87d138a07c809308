import Foundation
package import VigilCore

/// The address of a FHIR server, `https://ehr.example.org/fhir`: what every request begins with, and what may be asked.
package struct FHIRBase: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at its end.
    package let text: String
    /// Scheme, host and port, in small letters, the port always written out.
    let origin: String

    /// - Throws: `OperationError` of kind configuration for anything but https, or http to this machine; also for a user, a
    ///   query or a fragment in it.
    package init(_ text: String) throws(OperationError) {
        var trimmed = text
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let origin = Self.origin(of: trimmed), !trimmed.contains("?"), !trimmed.contains("#") else {
            throw OperationError(
                .configuration, operation: "use the FHIR server", subject: "base_url",
                cause: "it is not an https address",
                remedy: "write it as https://host/path; http is accepted for 127.0.0.1, ::1 and localhost alone")
        }
        self.text = trimmed
        self.origin = origin
    }

    package var description: String { text }

    /// - Returns: nil for an address that vigil does not speak to.
    static func origin(of url: String) -> String? {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let mark = url.range(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        let rest = url[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
        // A backslash is a slash to some, and a user name hides the host from a reader.
        guard !authority.contains("@"), !authority.contains("\\") else { return nil }
        let (host, port) = split(authority)
        guard !host.isEmpty, port == nil || port.flatMap({ UInt16($0) }) != nil else { return nil }
        switch scheme {
        case "https": return "https://\(host):\(port ?? "443")"
        case "http" where isLoopback(host): return "http://\(host):\(port ?? "80")"
        default: return nil
        }
    }

    private static func split(_ authority: String) -> (host: String, port: String?) {
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[bracket...].lastIndex(of: ":") else { return (authority, nil) }
        return (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The address of a link that the server gave, whole or relative to the base.
    /// - Returns: nil when it leads to another server: what vigil sends there, a token among it, is not for that one.
    func following(_ link: String) -> String? {
        if link.contains("://") { return Self.origin(of: link) == origin ? link : nil }
        guard !link.hasPrefix("//"), link.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        if link.hasPrefix("/") {
            let start = text.range(of: "://")?.upperBound ?? text.startIndex
            let authority = text[start...].prefix { $0 != "/" }
            return String(text[..<start]) + authority + link
        }
        return link.hasPrefix("?") ? nil : "\(text)/\(link)"
    }
}
