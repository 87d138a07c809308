import VigilCore
import VigilHTTP

/// What the server says that it offers (CapabilityStatement).
struct FHIRCapability {
    let version: String?
    let formats: [String]
    /// Names of search parameters by resource type.
    private let parameters: [String: Set<String>]

    init?(_ statement: FHIRElement) {
        guard statement.resourceType == "CapabilityStatement" else { return nil }
        version = statement.text("fhirVersion")
        formats = statement.list("format").compactMap(\.text)
        var parameters: [String: Set<String>] = [:]
        for rest in statement.list("rest") where rest.text("mode") != "client" {
            // Those that hold for every resource stand a level higher.
            let common = Set(rest.list("searchParam").compactMap { $0.text("name") })
            for resource in rest.list("resource") {
                guard let type = resource.text("type") else { continue }
                parameters[type, default: []].formUnion(
                    common.union(resource.list("searchParam").compactMap { $0.text("name") }))
            }
        }
        self.parameters = parameters
    }

    func offers(_ parameter: String, of type: String) -> Bool {
        parameters[type]?.contains(parameter) ?? false
    }

    /// Whether the server lists what it offers for a type, and this is not among it.
    ///
    /// What it does not know it may ignore, and then it would hand over everything that it has.
    func lacks(_ parameter: String, of type: String) -> Bool {
        guard let known = parameters[type], !known.subtracting(["_id", "_lastUpdated"]).isEmpty else { return false }
        return !known.contains(parameter)
    }

    /// - Throws: `OperationError` when it cannot be asked or is no CapabilityStatement.
    static func read(_ transport: FHIRTransport) throws(OperationError) -> FHIRCapability {
        let response = try transport.exchange(.get, "\(transport.base)/metadata", about: "CapabilityStatement")
        guard response.status == 200 else { throw transport.failed(response.status, "CapabilityStatement") }
        guard let capability = FHIRElement(json: response.body).flatMap(FHIRCapability.init) else {
            throw transport.failure(
                .configuration, "CapabilityStatement", "what answers is no FHIR server in JSON", "check base_url")
        }
        return capability
    }
}
