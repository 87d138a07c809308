/// What a store says about one fact: a value, nothing, or something that cannot be read.
///
/// Clinical rule 3 (clinical.md section 1): unknown is not zero. An optional would let nil mean "no", so there is none.
package enum Reading<Value: Sendable & Hashable>: Sendable, Hashable {
    case value(Value)
    case absent
    /// Present but outside its range or not of its kind. The text itself is not kept: it may be anything.
    case invalid

    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    package var isInvalid: Bool {
        if case .invalid = self { true } else { false }
    }

    package var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    package func map<Other>(_ transform: (Value) -> Other?) -> Reading<Other> {
        switch self {
        case .value(let value): transform(value).map(Reading<Other>.value) ?? .invalid
        case .absent: .absent
        case .invalid: .invalid
        }
    }
}

extension Reading where Value == Int {
    /// The same reading, invalid when it lies outside the instrument's range: refused, never clamped.
    package func within(_ range: ClosedRange<Int>) -> Reading<Int> {
        map { range.contains($0) ? $0 : nil }
    }
}
