import Foundation
import Synchronization

/// The other end of a connection: a server on 127.0.0.1 of a test's own, a thread for each connection.
///
/// It goes with the object. What it heard stands in `heard`, one entry for each connection, in the order in which they came.
package final class TCPPeer: Sendable {
    /// One connection, in the hands of a script.
    package struct Connection: Sendable {
        fileprivate let descriptor: Int32
        fileprivate let peer: TCPPeer
        fileprivate let index: Int

        /// The next bytes; empty when the other side has closed, or said nothing for 20 s.
        package func read() -> [UInt8] {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 20_000) == 1 else { return [] }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return [] }
            peer.hear(chunk.prefix(count), at: index)
            return Array(chunk.prefix(count))
        }

        /// - Returns: false once the other side has gone.
        @discardableResult
        package func write(_ text: String) -> Bool {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// Keeps the connection open until the other side closes it, 20 s at most.
        package func hang() {
            while !read().isEmpty {}
        }
    }

    package typealias Script = @Sendable (Connection) -> Void

    package let port: Int
    private let listener: Int32
    private let connections = Mutex<[[UInt8]]>([])

    package init(_ script: @escaping Script) throws {
        (listener, port) = try Self.bound()
        let descriptor = listener
        guard listen(descriptor, 32) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
        // The thread keeps what it needs and no more: the peer ends with its last user.
        Thread { [weak self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else {
                    close(descriptor)
                    return
                }
                guard let peer = self else {
                    close(accepted)
                    return
                }
                let index = peer.begin()
                Thread {
                    script(Connection(descriptor: accepted, peer: peer, index: index))
                    close(accepted)
                }.start()
            }
        }.start()
    }

    deinit {
        // Wakes the thread, which closes it: a number that is free again could be another socket's by then.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// What came by each connection, as text.
    package var heard: [String] {
        connections.withLock { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    private func begin() -> Int {
        connections.withLock { held in
            held.append([])
            return held.count - 1
        }
    }

    private func hear(_ bytes: ArraySlice<UInt8>, at index: Int) {
        connections.withLock { held in
            // A broken sender may not fill the test's memory.
            if held[index].count < 1 << 20 { held[index] += bytes }
        }
    }

    /// A port of 127.0.0.1 on which nobody listens: held for as long as the tests run, so that no other gets it.
    package static func closedPort() throws -> Int {
        try bound().port
    }

    /// A port of 127.0.0.1 that is free now, for a server that a test starts.
    package static func freePort() throws -> Int {
        let (descriptor, port) = try bound()
        close(descriptor)
        return port
    }

    static func bound() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
