/// What a person must know before they try to reach a client, in words that name nobody: shown without asking for names.
///
/// Contact preferences come before any protocol (clinical.md section 6), so nobody may have to ask for them.
package enum ContactGuidance {
    /// - Parameters:
    ///   - card: nil when the store does not list the client.
    ///   - wasRead: false when the store could not be read.
    package static func words(_ card: ContactCard?, wasRead: Bool) -> [String] {
        guard wasRead, let card else {
            return ["The contact preferences could not be read: look them up in the practice's record before calling."]
        }
        var words: [String] = []
        switch card.safeToCall {
        case false?: words.append("DO NOT CALL: the client has said that it is not safe. Read the preferences first.")
        case nil: words.append("Not known whether it is safe to call: say to nobody else where you call from.")
        case true?: break
        }
        switch card.voicemailAllowed {
        case false?: words.append("Leave no voicemail.")
        case nil: words.append("Not known whether a voicemail may be left: leave none.")
        case true?: break
        }
        if let age = card.age, age < adultAge {
            words.append("A minor: contact the guardian, unless the preferences say otherwise.")
        }
        if card.preference != nil {
            words.append("There is a preference in the client's own words: show it with --reveal.")
        }
        return words
    }

    /// Of age in every state of the policy's practice; a mature minor's preference goes before.
    private static let adultAge = 18
}
