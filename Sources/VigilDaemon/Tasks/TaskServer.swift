package import VigilCore
package import VigilFHIR

/// Where Tasks are written; a port, so that the keeper can be tried without a server.
///
/// Calls block until the server has answered or its time limit is over, and come from one thread at a time; `cancel` comes from
/// any, and ends the call that is under way and every later one.
package protocol TaskServer: Sendable {
    /// Its address: what was written to another one counts for nothing here.
    var address: String { get }

    /// - Parameter known: what the last write gave; nil at the first.
    /// - Returns: nil for a Task that was deleted there and whose follow-up is over.
    func write(_ task: FHIRTask, known: FHIRTaskWriter.Written?) throws(OperationError) -> FHIRTaskWriter.Written?

    func cancel()
}
