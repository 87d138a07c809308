/// A decimal number written out: an integer when it is whole and fits, the nearest real otherwise.
enum DecimalText {
    /// - Parameter digits: a sign, digits, and perhaps a point and more digits.
    static func value(_ digits: Substring) -> SQLValue {
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isWhole = parts.count == 1 || parts[1].allSatisfy { $0 == "0" }
        if isWhole, let whole = parts.first, let number = Int64(whole) { return .integer(number) }
        return .real(Double(digits) ?? .nan)
    }
}
