internal import VigilCore

/// Draws from one numbered stream of a seed, so that a change to one client's story leaves the other clients as they
/// were.
///
/// The drawing is written out here and not left to the standard library, whose algorithms may change between compilers:
/// the same seed is to give the same practice on every machine.
struct DemoDice {
    private var random: SeededRandom

    init(seed: UInt64, stream: Int) {
        // Not SplitMix64's own step, by which two streams would be one sequence shifted.
        var root = SeededRandom(seed: seed ^ (UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03))
        random = SeededRandom(seed: root.next())
    }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
    }

    mutating func chance(perMille: Int) -> Bool {
        number(in: 0...999) < perMille
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(in: 0...elements.count - 1)]
    }

    mutating func pick<Element>(_ elements: [Element], weight: (Element) -> Int) -> Element {
        var left = number(in: 1...elements.reduce(0) { $0 + weight($1) })
        for element in elements {
            left -= weight(element)
            if left <= 0 { return element }
        }
        return elements[elements.count - 1]
    }

    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst().reversed() {
            elements.swapAt(index, number(in: 0...index))
        }
    }
}
