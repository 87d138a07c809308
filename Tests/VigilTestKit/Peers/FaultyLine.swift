import Foundation
import Synchronization

/// The line to a server, on a port of 127.0.0.1 of its own, that goes wrong as a test asks.
///
/// It goes with the object.
package final class FaultyLine: Sendable {
    package enum Mode: Sendable, Equatable {
        case open
        /// What the server says comes in drops.
        case trickling
        /// Connections stand, and nothing is heard any more.
        case silent
        /// Each connection is cut after so many bytes from the server, counted over all of them.
        case cut(afterBytes: Int)
    }

    package let port: Int
    private let listener: Int32
    private let state: State

    private final class State: Sendable {
        let mode = Mutex(Mode.open)
        let bytes = Mutex(0)
        let isOver = Mutex(false)
    }

    /// A server's answer comes in pieces of so many bytes, with a pause between.
    private static let dropBytes = 2_048
    private static let dropMicroseconds: UInt32 = 2_000

    package init(to target: Int) throws {
        let state = State()
        self.state = state
        (listener, port) = try TCPPeer.bound()
        let descriptor = listener
        guard listen(descriptor, 32) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
        Thread {
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else {
                    close(descriptor)
                    return
                }
                Thread { Self.carry(accepted, to: target, state) }.start()
            }
        }.start()
    }

    deinit {
        state.isOver.withLock { $0 = true }
        // Wakes the thread, which closes it.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    package func set(_ mode: Mode) {
        state.bytes.withLock { $0 = 0 }
        state.mode.withLock { $0 = mode }
    }

    private static func carry(_ client: Int32, to target: Int, _ state: State) {
        defer { close(client) }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(target).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !state.isOver.withLock({ $0 }) {
            let mode = state.mode.withLock { $0 }
            if mode == .silent {
                usleep(20_000)
                continue
            }
            var ready = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ready, 2, 50) >= 0 else { return }
            if ready[0].revents != 0 {
                let count = recv(client, &chunk, chunk.count, 0)
                guard count > 0, write(server, chunk, count) else { return }
            }
            guard ready[1].revents != 0 else { continue }
            let count = recv(server, &chunk, mode == .trickling ? dropBytes : chunk.count, 0)
            guard count > 0 else { return }
            if case .cut(let limit) = mode {
                let before = state.bytes.withLock { bytes in
                    defer { bytes += count }
                    return bytes
                }
                let left = min(count, limit - before)
                if left > 0 { _ = write(client, chunk, left) }
                if left < count { return }
            } else {
                guard write(client, chunk, count) else { return }
                if mode == .trickling { usleep(dropMicroseconds) }
            }
        }
    }

    private static func write(_ descriptor: Int32, _ chunk: [UInt8], _ count: Int) -> Bool {
        var rest = chunk[..<count]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
