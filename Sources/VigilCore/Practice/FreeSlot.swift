/// An hour that a client gave back, and that nobody has taken yet.
package struct FreeSlot: Sendable, Hashable {
    package var therapist: TherapistRef
    package var start: WallTime
    package var minutes: Int
    package var kind: String

    package init(therapist: TherapistRef, start: WallTime, minutes: Int, kind: String) {
        self.therapist = therapist
        self.start = start
        self.minutes = minutes
        self.kind = kind
    }
}

/// Finds the free hours of the days to come. An hour that the practice itself called off is not free: its therapist is away.
struct SlotFinder {
    let now: WallTime
    let until: WallTime
    private var given: Set<FreeSlot> = []
    private var taken: [TherapistRef: [(from: Int64, until: Int64)]] = [:]

    init(now: WallTime, until: WallTime) {
        self.now = now
        self.until = until
    }

    mutating func add(_ session: ClassifiedSession) {
        let record = session.record
        guard record.start > now, record.start < until, let therapist = record.therapist else { return }
        switch session.outcome {
        case .cancelledInTime, .lateCancel, .excused, .inCare:
            given.insert(
                FreeSlot(
                    therapist: therapist, start: record.start, minutes: record.durationMinutes, kind: record.kind))
        case .future, .cancelledByProvider:
            let end = record.start.seconds + Int64(record.durationMinutes) * 60
            taken[therapist, default: []].append((record.start.seconds, end))
        default: break
        }
    }

    /// By time, then by therapist.
    var slots: [FreeSlot] {
        given.filter { slot in
            let end = slot.start.seconds + Int64(slot.minutes) * 60
            return !(taken[slot.therapist] ?? []).contains { $0.from < end && slot.start.seconds < $0.until }
        }.sorted { left, right in
            left.start == right.start
                ? left.therapist.storeID.utf8.lexicographicallyPrecedes(right.therapist.storeID.utf8)
                : left.start < right.start
        }
    }
}
