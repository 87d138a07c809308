/// Who the client is to the practice, as far as rules need it. Names and numbers stay in the store (`ContactCard`).
package struct ClientRecord: Sendable, Hashable {
    package enum Standing: String, Sendable, Hashable, Codable {
        case active
        case discharged
        case transferred
        case deceased
        /// The store has sessions for a client that it does not list.
        case unlisted
    }

    package var ref: ClientRef
    package var standing: Standing = .active
    /// Opaque store id of the client's present therapist.
    package var therapist: TherapistRef?
    package var bornOn: Reading<LocalDay> = .absent
    package var firstContactOn: Reading<LocalDay> = .absent
    /// Whether the record comes from a programme under 42 CFR Part 2.
    package var part2 = false

    package init(ref: ClientRef) {
        self.ref = ref
    }
}

/// A therapist's id in the appointment store; opaque text.
package struct TherapistRef: Hashable, Sendable, Codable, CustomStringConvertible {
    package let storeID: String

    @inlinable
    package init(_ storeID: String) {
        self.storeID = storeID
    }

    package init(from decoder: any Decoder) throws {
        storeID = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(storeID)
    }

    /// By bytes, as for `ClientRef`.
    package static func == (left: TherapistRef, right: TherapistRef) -> Bool {
        left.storeID.utf8.elementsEqual(right.storeID.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: storeID)
    }

    package var description: String { "(therapist)" }
}

/// What a person needs to make a call: read from the store when somebody asks to see it, never kept in the ledger.
package struct ContactCard: Sendable, Hashable, Codable {
    package var name: String
    package var age: Int?
    package var phone: String?
    package var therapistName: String?
    /// In the client's own words or the clinic's: "work number", "after 5pm only".
    package var preference: String?
    /// False where a call may put the client in danger (partner violence); nil when nobody asked.
    package var safeToCall: Bool?
    package var voicemailAllowed: Bool?

    package init(name: String) {
        self.name = name
    }

    enum CodingKeys: String, CodingKey {
        case name, age, phone, preference
        case therapistName = "therapist"
        case safeToCall = "safe_to_call"
        case voicemailAllowed = "voicemail_allowed"
    }
}
