package import VigilCore

/// One appointment store under test: the adapter, and a hand that writes behind its back as the practice's program would.
package protocol StoreBench: AnyObject {
    /// What this kind of store is able to hold; contract cases that need more are not run on it.
    static var abilities: StoreAbilities { get }

    /// A new adapter on this store, as after a restart.
    func makeStore() throws -> any AppointmentStore

    /// Adds the rows; a row with the same key is replaced.
    func write(_ rows: StoreFixture) throws

    /// Removes the rows with the same keys.
    func remove(_ rows: StoreFixture) throws
}

/// What a kind of store does not refuse by itself.
package struct StoreAbilities: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Text in a column of numbers, a fraction for a time.
    package static let wrongKinds = StoreAbilities(rawValue: 1)
    /// Bytes that are no UTF-8.
    package static let brokenText = StoreAbilities(rawValue: 2)
    /// A NUL byte inside a text.
    package static let nulBytes = StoreAbilities(rawValue: 4)
    /// A key of a megabyte.
    package static let longKeys = StoreAbilities(rawValue: 8)
}
