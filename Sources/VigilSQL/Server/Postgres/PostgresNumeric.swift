/// The binary form of `numeric`: digits to the base of 10,000, a weight of the first, a sign, the number of decimals
/// (numeric_send in src/backend/utils/adt/numeric.c).
enum PostgresNumeric {
    static func decode(_ bytes: UnsafeRawBufferPointer) -> PostgresValue {
        guard bytes.count >= 8, bytes.count % 2 == 0 else { return .malformed }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        }
        let count = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        guard bytes.count == 8 + count * 2 else { return .malformed }
        let isNegative: Bool
        switch word(2) {
        case 0x0000: isNegative = false
        case 0x4000: isNegative = true
        case 0xC000: return .value(.real(.nan))
        case 0xD000: return .value(.real(.infinity))
        case 0xF000: return .value(.real(-.infinity))
        default: return .malformed
        }
        let digits = (0..<count).map { Int64(word(4 + $0)) }
        if let whole = whole(digits, weight: weight, isNegative: isNegative) { return .value(.integer(whole)) }
        return .value(.real(real(digits, weight: weight, isNegative: isNegative)))
    }

    /// Nil when there is a fraction, or when it does not fit.
    private static func whole(_ digits: [Int64], weight: Int, isNegative: Bool) -> Int64? {
        // More groups than 64 bits can hold: not even looked at, as a weight may be 32,767.
        guard weight < 5 else { return nil }
        if digits.enumerated().contains(where: { $0.offset > weight && $0.element != 0 }) { return nil }
        var sum: Int64 = 0
        for place in 0..<max(weight + 1, 0) {
            let digit = place < digits.count ? digits[place] : 0
            let (scaled, isTooLarge) = sum.multipliedReportingOverflow(by: 10_000)
            // Counted downwards when negative: the least Int64 has no positive counterpart.
            let (added, isOver) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
            guard !isTooLarge, !isOver else { return nil }
            sum = added
        }
        return sum
    }

    /// Through text, as only that rounds right.
    private static func real(_ digits: [Int64], weight: Int, isNegative: Bool) -> Double {
        // Seventeen decimal digits say everything that a double holds; 8 groups are 29 at least.
        let text = digits.prefix(8).map { CivilDay.padded(Int($0), 4) }.joined()
        let exponent = (weight + 1 - min(digits.count, 8)) * 4
        let number = Double("\(text.isEmpty ? "0" : text)e\(exponent)") ?? .infinity
        return isNegative ? -number : number
    }
}
