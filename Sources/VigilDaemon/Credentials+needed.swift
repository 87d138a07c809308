import VigilChannels
import VigilCore
import VigilFHIR

extension Credentials {
    /// - Parameters:
    ///   - operation: `read the appointment store`.
    ///   - setting: that names it, for the error.
    /// - Throws: `OperationError` when it is not there, with what to do.
    func needed(
        _ name: CredentialName, _ secret: String?, for operation: String, setting: String
    ) throws(OperationError) -> String {
        if let secret { return secret }
        throw OperationError(
            .configuration, operation: operation, subject: setting, cause: "there is no credential '\(name.text)'",
            remedy: "LoadCredential=\(name.text):FILE in the unit, and the secret in the file")
    }
}

extension FHIRAuth {
    /// With the secrets read.
    /// - Parameter setting: `store.auth`.
    init(
        _ settings: FHIRSourceSettings.Auth, _ credentials: Credentials, for operation: String, setting: String
    ) throws(OperationError) {
        switch settings {
        case .none: self = .none
        case .bearer(let name):
            self = .bearer(
                try credentials.needed(
                    name, credentials.secret(name), for: operation, setting: "\(setting).bearer"))
        case .smart(let clientID, let name, let keyID, let tokenURL):
            let key = try credentials.needed(name, credentials.text(name), for: operation, setting: "\(setting).key")
            self = .smart(SMARTSettings(clientID: clientID, key: key, keyID: keyID, tokenURL: tokenURL))
        }
    }
}
