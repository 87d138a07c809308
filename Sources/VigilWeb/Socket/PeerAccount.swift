import Foundation
import NIOCore

/// Who is at the other end of a local socket, as the kernel says (SO_PEERCRED, unix(7)): nothing that a client sends.
enum PeerAccount {
    private struct Credentials: Sendable {
        var processID: Int32 = 0
        var userID: UInt32 = .max
        var groupID: UInt32 = .max
    }

    /// `SO_PEERCRED` of asm-generic/socket.h.
    private static let peerCredentials: CInt = 17

    /// - Returns: the user name of the peer, or nil when the socket has none or the user id has no account.
    static func name(of channel: any NIOCore.Channel) async -> String? {
        guard let userID = await userID(of: channel) else { return nil }
        return accountName(of: userID)
    }

    /// Whether the peer is root, or the account that this daemon runs as.
    static func ownsDaemon(_ channel: any NIOCore.Channel) async -> Bool {
        let userID = await userID(of: channel)
        return userID == 0 || userID == geteuid()
    }

    private static func userID(of channel: any NIOCore.Channel) async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let option: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: peerCredentials))
        return try? await option.get().userID
    }

    private static func accountName(of userID: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        // A passwd line is a few hundred bytes; sysconf(_SC_GETPW_R_SIZE_MAX) says 1,024 on glibc.
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(userID, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else {
            return nil
        }
        return String(cString: name)
    }
}
