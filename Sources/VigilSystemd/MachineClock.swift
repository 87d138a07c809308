import CSystemd

/// Whether a time service keeps the machine's clock.
package enum MachineClock {
    /// Nil when the kernel does not tell.
    package static var isSynchronised: Bool? {
        var state = timex()
        // Reads only: no mode bit is set (adjtimex(2)).
        let answer = adjtimex(&state)
        guard answer >= 0 else { return nil }
        return answer != TIME_ERROR && state.status & STA_UNSYNC == 0
    }
}
