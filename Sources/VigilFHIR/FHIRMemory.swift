import VigilCore

/// What a feed must know of its last reads to read changes alone; without it the next read is a whole one.
struct FHIRMemory {
    /// The answer that it belongs to.
    var cursor: FeedCursor
    /// Appointments of which an Encounter says that they were kept.
    var kept: Set<String> = []
    /// Clients of whom a cancelled appointment says that they have died.
    var deceased: Set<String> = []
    var therapists: Set<String> = []
}
