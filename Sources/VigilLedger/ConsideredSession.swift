package import VigilCore

/// A missed session that asked for no contact now or today, with the newest assessment of it.
package struct ConsideredSession: Sendable, Hashable {
    package var client: ClientRef
    package var therapist: TherapistRef?
    package var key: SessionKey
    package var known: KnownSession
    /// Nil for one that was recorded and never assessed.
    package var assessment: Assessment?
}
