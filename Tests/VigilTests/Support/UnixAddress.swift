import Foundation

/// The path of a local socket, to bind or to knock at.
struct UnixAddress {
    struct Failure: Error { let number: Int32 }

    private var address = sockaddr_un()

    init(_ path: String) throws {
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(number: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    }

    /// A new socket that listens under this path, for datagrams.
    func bound(_ type: __socket_type) throws -> Int32 {
        try use(type, bind)
    }

    /// Whether somebody accepts connections here.
    var answers: Bool {
        guard let descriptor = try? use(SOCK_STREAM, connect) else { return false }
        close(descriptor)
        return true
    }

    /// A new connection to whoever listens here.
    func connected() throws -> Int32 {
        try use(SOCK_STREAM, connect)
    }

    private func use(
        _ type: __socket_type, _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let answer = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard answer == 0 else {
            let failure = Failure(number: errno)
            close(descriptor)
            throw failure
        }
        return descriptor
    }
}
