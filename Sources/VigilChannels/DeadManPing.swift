package import VigilCore
import VigilHTTP

/// The ping to a service outside that raises the alarm when it has not heard from vigil: an empty POST, nothing in it.
package struct DeadManPing: Sendable {
    private let settings: DeadManSettings
    private let credentials: Credentials

    package init(settings: DeadManSettings, credentials: Credentials) {
        self.settings = settings
        self.credentials = credentials
    }

    package var everySeconds: Int { settings.everySeconds }

    /// - Returns: whether the service took it.
    package func ping() -> Bool {
        guard let url = credentials.secret(settings.url) else { return false }
        do throws(HTTPError) {
            let response = try HTTPClient(rules: NetworkRules(settings.network)).request(.post, url, body: [])
            return AnswerStatus.failure(of: response) == nil
        } catch {
            return false
        }
    }
}
