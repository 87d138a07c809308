import Glibc

/// A socket with a path, for the tests' own ends: what systemd listens on, and what the daemon listens on.
final class UnixSocket: Sendable {
    enum Kind { case stream, datagram }
    struct Failure: Error { let number: Int32 }

    let path: String
    let descriptor: Int32

    init(type: Kind, boundTo path: String) throws {
        self.path = path
        let type = type == .stream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(number: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let answer = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard answer == 0 else { throw Failure(number: errno) }
    }

    /// A path for a socket that no other test uses, short enough for `sun_path`.
    static func freshPath() -> String {
        "/tmp/vigil-test-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock"
    }

    /// The next datagram, waited for at most 10 s.
    func receive() -> String? {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 10_000) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Closes the socket and leaves its file, as a killed process does.
    func close() {
        _ = Glibc.close(descriptor)
    }
}
