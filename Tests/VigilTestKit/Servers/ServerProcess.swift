import Foundation
import Synchronization

/// A server of a test's own in a folder of its own: it ends, and the folder goes, with the object or with this process.
///
/// Between the two stands a shell that reads from a pipe: however this process ends, the pipe does too, and the shell stops the
/// server. A parent-death signal would not do: it comes when the starting *thread* ends.
package final class ServerProcess: Sendable {
    /// Under /tmp and not under TMPDIR: a socket's path has 107 bytes at most, and the server's user must get in.
    package let folder: String
    private let state = Mutex<(shell: pid_t, pipe: Int32)?>(nil)

    private let stopSignal: String

    /// - Parameters:
    ///   - owner: the user that the server runs as, when this process is root's.
    ///   - stopSignal: the name of the signal that ends it in order, without waiting for its clients.
    package init(name: String, owner: String, stopSignal: String) throws {
        self.stopSignal = stopSignal
        var template = Array("/tmp/vigil-\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if geteuid() == 0 { _ = try ChildProcess.run("/bin/chown", [owner, folder]) }
        try Self.makeCertificate(in: folder, owner: owner)
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts the server.
    package func start(_ command: [String]) throws {
        var ends: [Int32] = [0, 0]
        // A pair of sockets serves as the pipe: it can be made with CLOEXEC from its first moment, or another test's child could
        // hold the other end.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        defer { close(ends[0]) }
        let script = """
            folder=$1 stop=$2; shift 2
            "$@" </dev/null & server=$!
            read -r word
            case $word in
            "") kill -$stop $server ;;
            *) kill -$word $server ;;
            esac
            wait $server
            [ -n "$word" ] || rm -rf "$folder"
            """
        let pid = try ChildProcess.start(
            "/bin/sh", ["-c", script, "sh", folder, stopSignal] + command, input: ends[0], output: folder + "/output")
        state.withLock { $0 = (pid, ends[1]) }
    }

    /// - Parameter signal: the name of one with which to end it, so that the folder stays for another start.
    package func stop(_ signal: String = "") {
        guard
            let held = state.withLock({ held in
                defer { held = nil }
                return held
            })
        else { return }
        if !signal.isEmpty { _ = (signal + "\n").withCString { send(held.pipe, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }
        close(held.pipe)
        ChildProcess.wait(held.shell)
    }

    /// The server's certificate, which is its own authority: for the name `localhost`, and for no address.
    package var certificate: String { folder + "/server.crt" }
    package var key: String { folder + "/server.key" }

    private static func makeCertificate(in folder: String, owner: String) throws {
        let made = try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", folder + "/server.key", "-out", folder + "/server.crt",
            ])
        guard made.status == 0 else { throw ServerFailure(made.output) }
        if geteuid() == 0 { _ = try ChildProcess.run("/bin/chown", [owner, folder + "/server.key"]) }
    }

    /// What the server and the shell wrote, for a failure's message.
    package var output: String {
        (try? String(contentsOfFile: folder + "/output", encoding: .utf8)) ?? ""
    }

    /// Waits until `isReady`, 30 s at most.
    package func wait(until isReady: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try isReady() { return }
            usleep(50_000)
        }
        throw ServerFailure("the server does not answer: \(output.suffix(500))")
    }
}

package struct ServerFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
