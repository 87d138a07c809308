import Foundation

/// Progress of long work on standard error: a bar on a terminal, else a line each ten seconds (ux.md).
final class ProgressLine {
    private let label: String
    private let started = ContinuousClock.now
    private var last = ContinuousClock.now
    private var isShown = false

    init(label: String) {
        self.label = label
    }

    func show(done: Int64, total: Int64) {
        let now = ContinuousClock.now
        let pause: Duration = Output.isTerminal ? .milliseconds(200) : .seconds(10)
        guard total > 0, now - last >= pause else { return }
        last = now
        isShown = true
        let percent = min(100, done * 100 / total)
        let spent = (now - started).components.seconds
        let left = done > 0 ? spent * (total - done) / done : 0
        let text = "\(label) \(percent) %, about \(left) s left"
        if Output.isTerminal {
            let bar =
                String(repeating: "#", count: Int(percent) / 5) + String(repeating: ".", count: 20 - Int(percent) / 5)
            FileHandle.standardError.write(Data("\r[\(bar)] \(text)   ".utf8))
        } else {
            Output.error(text)
        }
    }

    func finish() {
        if isShown, Output.isTerminal { Output.error("") }
    }
}
