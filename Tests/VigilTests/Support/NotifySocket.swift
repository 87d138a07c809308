@preconcurrency import Dispatch
import Foundation
import Synchronization

/// The service manager's end of sd_notify(3).
///
/// Read at once, from a Dispatch source: a datagram socket takes about ten messages, and then its sender waits.
final class NotifySocket: Sendable {
    struct Message: Sendable {
        var text: String
        var at: ContinuousClock.Instant
    }

    let path: String
    private let received = Mutex<[Message]>([])
    private let source: any DispatchSourceRead

    /// - Parameter onMessage: called for each message before it can be seen, while later ones wait.
    init(path: String, onMessage: @escaping @Sendable (String) -> Void = { _ in }) throws {
        self.path = path
        let descriptor = try UnixAddress(path).bound(SOCK_DGRAM)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "test.notify"))
        source.setEventHandler { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 8_192)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return }
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            onMessage(text)
            self?.received.withLock { $0.append(Message(text: text, at: .now)) }
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit {
        source.cancel()
        unlink(path)
    }

    var messages: [Message] { received.withLock { $0 } }
    var texts: [String] { messages.map(\.text) }

    /// The STATUS lines that follow a poll, one for each.
    var polls: [String] {
        texts.filter { $0.hasPrefix("STATUS=Watching") || $0.hasPrefix("STATUS=Cannot") }
    }
}
