import Foundation

/// Bytes to a server, as no well-behaved client would send them, and what it answers.
enum RawExchange {
    enum Server: Sendable {
        case socket(String)
        case port(Int)
    }

    /// Sends all, closes its own side, and reads until the other side closes or has been silent.
    /// - Parameters:
    ///   - closesFirst: whether it closes its own side before the answer, which some servers take for a hang-up.
    ///   - patience: seconds of silence.
    static func send(
        _ bytes: [UInt8], to server: Server, closesFirst: Bool = true, patience seconds: Int = 2
    ) throws -> [UInt8] {
        let descriptor =
            switch server {
            case .socket(let path): try UnixAddress(path).connected()
            case .port(let port): try connected(port)
            }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The server may have had enough.
            guard count > 0 else { break }
            sent += count
        }
        if closesFirst { shutdown(descriptor, Int32(SHUT_WR)) }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while answer.count < 4_000_000 {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            answer += chunk.prefix(count)
        }
        return answer
    }

    private static func connected(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let answer = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0 else {
            let failure = UnixAddress.Failure(number: errno)
            close(descriptor)
            throw failure
        }
        return descriptor
    }
}
