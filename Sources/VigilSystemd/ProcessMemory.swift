internal import CSystemd

/// What the C library keeps of memory that has been freed, for the next one who asks.
package enum ProcessMemory {
    /// Gives it back to the machine: after work that needed much and will not come again for hours (malloc_trim(3)).
    ///
    /// Takes milliseconds, during which other threads wait for memory.
    package static func giveBack() {
        malloc_trim(0)
    }
}
