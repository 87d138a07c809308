/// Minutes of therapists, counted once however many sessions share them: a group of ten is one hour of one therapist.
struct AllocatedTime {
    private var spans: [TherapistRef: [(from: Int64, until: Int64)]] = [:]
    /// Seconds of sessions without a therapist, which can be laid over nobody's day.
    private var loose: Int64 = 0

    mutating func add(_ record: SessionRecord) {
        let length = Int64(record.durationMinutes) * 60
        guard let therapist = record.therapist else { return loose += length }
        spans[therapist, default: []].append((record.start.seconds, record.start.seconds + length))
    }

    /// Whole minutes.
    var minutes: Int { Int((loose + merged.values.reduce(0) { $0 + Self.length($1) }) / 60) }

    /// Minutes of these that the same therapists have in `other` too.
    func minutes(sharedWith other: AllocatedTime) -> Int {
        let others = other.merged
        let shared = merged.reduce(Int64(0)) { sum, entry in sum + Self.shared(entry.value, others[entry.key] ?? []) }
        return Int(shared / 60)
    }

    private typealias Spans = [(from: Int64, until: Int64)]

    private var merged: [TherapistRef: Spans] {
        spans.mapValues { spans in
            var result: Spans = []
            for span in spans.sorted(by: { $0.from < $1.from }) {
                if let last = result.last, span.from <= last.until {
                    result[result.count - 1].until = max(last.until, span.until)
                } else {
                    result.append(span)
                }
            }
            return result
        }
    }

    private static func length(_ spans: Spans) -> Int64 { spans.reduce(0) { $0 + $1.until - $1.from } }

    /// Both ascending and without overlap of their own.
    private static func shared(_ left: Spans, _ right: Spans) -> Int64 {
        var (i, j, sum) = (0, 0, Int64(0))
        while i < left.count, j < right.count {
            sum += max(0, min(left[i].until, right[j].until) - max(left[i].from, right[j].from))
            if left[i].until < right[j].until { i += 1 } else { j += 1 }
        }
        return sum
    }
}
