/// Rows of an appointment store, said without SQL, so that one contract suite runs over every adapter.
///
/// The model is that of config/stores/practice.sql. A field is a `Cell`, since what matters most is what a store should not
/// hold and does. A bench (`StoreBench`) writes a fixture in its store's own way.
package struct StoreFixture: Sendable {
    /// What a field holds, whatever it ought to hold.
    package enum Cell: Sendable, Hashable {
        case none
        case text(String)
        case integer(Int64)
        case real(Double)
        /// Text by its bytes, which need not be UTF-8.
        case bytes([UInt8])
    }

    package struct Client: Sendable {
        package var id: Cell
        package var name: Cell = "Alex Example"
        package var bornOn: Cell = nil
        package var standing: Cell = "active"
        package var therapist: Cell = nil
        package var therapistChangedOn: Cell = nil
        package var firstContactOn: Cell = nil
        package var phone: Cell = nil
        package var contactPreference: Cell = nil
        package var safeToCall: Cell = nil
        package var voicemailAllowed: Cell = nil
        package var guardianContact: Cell = nil
        package var emergencyContact: Cell = nil
        package var safetyPlan: Cell = nil
        package var pregnant: Cell = nil
        package var deliveredOn: Cell = nil
        package var clinicianFlag: Cell = nil
        package var clinicianFlagSince: Cell = nil
        package var anniversary: Cell = nil
        package var part2: Cell = nil

        package init(_ id: Cell) {
            self.id = id
        }
    }

    package struct Session: Sendable {
        package var client: Cell
        package var startsAt: Cell
        package var id: Cell
        package var therapist: Cell = nil
        package var durationMinutes: Cell = 50
        package var kind: Cell = "individual"
        package var status: Cell = "scheduled"
        package var reason: Cell = nil
        package var cancelledAt: Cell = nil

        package init(_ client: Cell, _ startsAt: Cell, _ id: Cell, status: Cell = "scheduled") {
            self.client = client
            self.startsAt = startsAt
            self.id = id
            self.status = status
        }
    }

    package struct Contact: Sendable {
        package var client: Cell
        package var at: Cell
        package var outcome: Cell
        package var planDocumented: Cell

        package init(_ client: Cell, at: Cell, outcome: Cell, planDocumented: Cell = 0) {
            self.client = client
            self.at = at
            self.outcome = outcome
            self.planDocumented = planDocumented
        }
    }

    package struct Diagnosis: Sendable {
        package var client: Cell
        package var code: Cell

        package init(_ client: Cell, _ code: Cell) {
            self.client = client
            self.code = code
        }
    }

    package struct Screen: Sendable {
        package var client: Cell
        package var id: Cell
        package var instrument: Cell
        package var takenOn: Cell = nil
        package var total: Cell = nil
        package var item9: Cell = nil
        package var ideation: Cell = nil
        package var behaviour: Cell = nil

        package init(_ client: Cell, _ id: Cell, _ instrument: Cell) {
            self.client = client
            self.id = id
            self.instrument = instrument
        }
    }

    package struct Event: Sendable {
        package var client: Cell
        package var id: Cell
        package var kind: Cell
        package var happenedOn: Cell
        package var detail: Cell
        package var suicideRelated: Cell

        package init(
            _ client: Cell, _ id: Cell, _ kind: Cell, on day: Cell = nil, detail: Cell = nil, suicideRelated: Cell = nil
        ) {
            self.client = client
            self.id = id
            self.kind = kind
            happenedOn = day
            self.detail = detail
            self.suicideRelated = suicideRelated
        }
    }

    package struct Medication: Sendable {
        package var client: Cell
        package var id: Cell
        package var drugClass: Cell
        package var status: Cell
        package var notedOn: Cell

        package init(_ client: Cell, _ id: Cell, _ drugClass: Cell, _ status: Cell, on day: Cell = nil) {
            self.client = client
            self.id = id
            self.drugClass = drugClass
            self.status = status
            notedOn = day
        }
    }

    package struct Treatment: Sendable {
        package var client: Cell
        package var protocolName: Cell
        package var traumaFocused: Cell = nil
        package var sessionsAttended: Cell = nil

        package init(_ client: Cell, _ protocolName: Cell) {
            self.client = client
            self.protocolName = protocolName
        }
    }

    package struct CarePlan: Sendable {
        package var client: Cell
        package var cadenceDays: Cell = nil
        package var safetyPlanReviewOn: Cell = nil
        package var nextStep: Cell = nil

        package init(_ client: Cell) {
            self.client = client
        }
    }

    package var clients: [Client] = []
    package var sessions: [Session] = []
    package var contacts: [Contact] = []
    package var diagnoses: [Diagnosis] = []
    package var screens: [Screen] = []
    package var events: [Event] = []
    package var medications: [Medication] = []
    package var treatments: [Treatment] = []
    package var carePlans: [CarePlan] = []

    package init(clients: [Client] = [], sessions: [Session] = []) {
        self.clients = clients
        self.sessions = sessions
    }
}

extension StoreFixture.Cell: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
    package init(nilLiteral: ()) { self = .none }
}
