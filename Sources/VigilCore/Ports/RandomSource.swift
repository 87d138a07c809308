/// Where random bits come from. A port, so that the same run gives the same ids (I27).
package protocol RandomSource: Sendable {
    mutating func next() -> UInt64

    /// A source of its own for another thread: as good as this one, and the same for the same state of this one.
    mutating func split() -> any RandomSource
}

/// SplitMix64: for the demo practice, generated stores and tests. Not for secrets; the daemon uses `SystemRandom`.
package struct SeededRandom: RandomSource, RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func split() -> any RandomSource {
        SeededRandom(seed: next())
    }
}

/// The operating system's generator.
package struct SystemRandom: RandomSource {
    private var generator = SystemRandomNumberGenerator()
    /// So that the value is not empty: the thread sanitizer takes the place of an empty one for memory, and dies of it.
    private var drawn: UInt64 = 0

    package init() {}

    package mutating func next() -> UInt64 {
        drawn &+= 1
        return generator.next()
    }

    package mutating func split() -> any RandomSource {
        SystemRandom()
    }
}

/// Some source, chosen at run time.
package struct AnyRandom: RandomSource {
    private var base: any RandomSource

    package init(_ base: any RandomSource) {
        self.base = base
    }

    package mutating func next() -> UInt64 {
        base.next()
    }

    package mutating func split() -> any RandomSource {
        base.split()
    }
}
