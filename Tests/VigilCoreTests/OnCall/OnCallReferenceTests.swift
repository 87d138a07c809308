import Testing
import VigilCore

/// Random schedules over 400 days, gaps and folds among them, minute by minute against a plain reference (I17).
@Suite struct OnCallReferenceTests {
    private static let schedulesPerZone = 2

    /// An answer as a number, so that half a million of them compare quickly: nobody, or who and why.
    private static func code(_ person: PersonID?, _ source: OnCallSource?) -> Int {
        guard let person, let source, let who = RandomSchedule.people.firstIndex(of: person) else { return 0 }
        switch source {
        case .override: return 100 + who
        case .layer(let id): return (Int(id.dropFirst("layer".count)) ?? 90) * 10 + who + 1
        }
    }

    /// Layer by layer from the last to the first, then the overrides from the oldest to the newest: what comes later is on top.
    private func answers(_ schedule: OnCallSchedule, _ walk: WallWalk) -> [Int] {
        var answers = [Int](repeating: 0, count: walk.shown.count)
        for layer in (schedule.layers[.onCall] ?? []).reversed() {
            let codes = layer.people.map { Self.code($0, .layer(layer.id)) }
            let covered =
                layer.hours.isEmpty
                ? [Bool](repeating: true, count: walk.shown.count) : walk.covered(by: layer.hours)
            guard let rotation = layer.rotation else {
                for index in 0..<answers.count where covered[index] { answers[index] = codes[0] }
                continue
            }
            let newest = walk.newestDay(passing: rotation.minute)
            for index in 0..<answers.count where covered[index] {
                let passed = newest[index] - Int(rotation.from.number)
                if passed >= 0 { answers[index] = codes[passed / rotation.days % codes.count] }
            }
        }
        for override in schedule.overrides where override.rota == .onCall {
            let (from, until) = (WallWalk.index(override.from), WallWalk.index(override.until))
            for index in from..<min(until, answers.count) { answers[index] = Self.code(override.person, .override) }
        }
        return answers
    }

    @Test(arguments: WallWalk.zones) func shiftsGapsAndWho(name: String) throws {
        let walk = try #require(WallWalk.of(name))
        let zone = try #require(Zone(identifier: name))
        var random = RandomSchedule(random: SeededRandom(seed: Seed.announce("OnCallReferenceTests \(name)", 31)))
        for number in 0..<Self.schedulesPerZone {
            let schedule = random.next(zone, from: walk.firstDay)
            let expected = answers(schedule, walk)
            checkPieces(schedule, expected, "\(name) \(number)")
            checkDuties(schedule, expected, walk, "\(name) \(number)")
        }
    }

    /// Two days at the begin are left out: a window may reach in from outside the walk.
    private static let checked = 2 * 1_440..<(WallWalk.days - 4) * 1_440

    /// Shifts and gaps are the whole time exactly, no second twice and none without an answer, and each minute has the right one.
    private func checkPieces(_ schedule: OnCallSchedule, _ expected: [Int], _ what: String) {
        let (begin, days) = (WallWalk.time(Self.checked.lowerBound), WallWalk.days - 4)
        var pieces = schedule.shifts(.onCall, from: begin, days: days)
            .map { ($0.from, $0.until, Self.code($0.person, $0.source)) }
        pieces += schedule.gaps(.onCall, from: begin, days: days).map { ($0.from, $0.until, 0) }
        pieces.sort { $0.0 < $1.0 }
        #expect(pieces.first?.0 == begin, "\(what)")
        var wrong: [Int] = []
        for (number, (from, until, answer)) in pieces.enumerated() {
            let isLast = number + 1 == pieces.count
            #expect(from < until && (isLast || until == pieces[number + 1].0), "\(what)")
            var index = WallWalk.index(from)
            let end = min(Self.checked.upperBound, WallWalk.index(until))
            while index < end {
                if expected[index] != answer { wrong.append(index) }
                index += 1
            }
        }
        #expect(wrong.isEmpty, "\(what): \(wrong.count) minutes, first \(wrong.first ?? 0)")
    }

    /// `who`, and `until` to the second: at times all over, and close together where the clock changes.
    private func checkDuties(_ schedule: OnCallSchedule, _ expected: [Int], _ walk: WallWalk, _ what: String) {
        var looked = Set(stride(from: Self.checked.lowerBound, to: Self.checked.upperBound, by: 20_011))
        for jump in walk.jumps { looked.formUnion(stride(from: jump - 180, to: jump + 180, by: 13)) }
        // From the end back: when the answer of this minute ends.
        var changes = Array(expected.indices)
        changes[expected.count - 1] = expected.count
        for index in expected.indices.dropLast().reversed() {
            changes[index] = expected[index] == expected[index + 1] ? changes[index + 1] : index + 1
        }
        for index in looked where Self.checked.contains(index) {
            let duty = schedule.who(.onCall, at: WallWalk.time(index))
            #expect(Self.code(duty?.person, duty?.source) == expected[index], "\(what) \(index)")
            #expect(schedule.person(.onCall, at: WallWalk.time(index)) == duty?.person)
            guard let duty else { continue }
            let change = changes[index]
            guard change < Self.checked.upperBound else {
                let isLater = duty.until.map { WallWalk.index($0) >= Self.checked.upperBound } ?? true
                #expect(isLater, "\(what) \(index)")
                continue
            }
            // A change more than a year away need not be known.
            if change - index < 365 * 1_440 { #expect(duty.until == WallWalk.time(change), "\(what) \(index)") }
            guard let until = duty.until else { continue }
            let last = schedule.who(.onCall, at: until.adding(seconds: -1))
            #expect(last == duty, "\(what) \(index)")
        }
    }
}
