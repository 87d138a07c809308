import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// What each mapping that is shipped leaves out.
@Suite struct BlindSpotMappingTests {
    private func subjects(_ spots: [BlindSpot]) -> Set<BlindSpot.Subject> { Set(spots.map(\.subject)) }

    @Test func ofEveryShippedMapping() throws {
        #expect(try MappedStoreFixture.mapping("practice").blindSpots(yielded: [:]) == [])
        for name in ["openemr", "openmrs"] {
            let spots = try MappedStoreFixture.mapping(name).blindSpots(yielded: [:])
            #expect(subjects(spots) == [.screens, .events, .medication, .contacts], "\(name)")
            #expect(spots.allSatisfy { $0.what.contains("the mapping has no table '") })
        }
    }

    /// Columns are missed once a row has shown which there are.
    @Test func byColumn() throws {
        let mapping = try MappedStoreFixture.mapping("practice")
        #expect(
            subjects(
                mapping.blindSpots(yielded: [.client: ["id", "name"], .session: ["client_id", "starts_at", "id"]])) == [
                    .clinicianFlag, .firstContact, .cancellationTimes, .therapists,
                ])
        #expect(
            subjects(
                mapping.blindSpots(yielded: [.client: ["id", "therapist_id", "clinician_flag", "first_contact_on"]]))
                == [])
    }

    @Test(arguments: SQLTestServers.usable) func ofADatabase(_ engine: SQLServerEngine) throws {
        let fixture = try MappedStoreFixture(engine)
        try fixture.database.run(
            """
            INSERT INTO client (id, name) VALUES ('c', 'Name');
            INSERT INTO session (client_id, starts_at, id, status) VALUES ('c', 1795500000, 's', 'missed');
            """)
        let feed = fixture.feed {
            $0.tables[.screen] = nil
            $0.tables[.client]?.query = "SELECT id, name, first_contact_on FROM client WHERE {scope}"
        }
        #expect(subjects(feed.blindSpots) == [.screens])
        _ = try feed.read(FeedRequest(now: WallTime(seconds: 1_795_550_400), cursor: nil)) { _ in }
        #expect(subjects(feed.blindSpots) == [.screens, .clinicianFlag])
    }

    @Test func ofAnExport() throws {
        func mapping(_ more: String) throws -> ImportMapping {
            let text = """
                schema: vigil-import/1
                zone: America/New_York
                columns:
                  client_id: Client
                  starts_at: {column: Start, format: yyyy-MM-dd HH:mm}
                  status: {column: Status, values: {Missed: missed}}
                \(more)
                """
            return try ImportBench.read(text)
        }
        let always: Set<BlindSpot.Subject> = [.diagnoses, .screens, .events, .medication, .contacts]
        #expect(
            subjects(try mapping("").blindSpots)
                == always.union([.clinicianFlag, .firstContact, .cancellationTimes, .therapists]))
        let full = try mapping(
            """
              therapist: Therapist
              cancelled_at: {column: Cancelled, format: yyyy-MM-dd HH:mm}
            client:
              first_contact_on: {column: Since, format: yyyy-MM-dd}
              clinician_flag: {column: Flag}
            """)
        #expect(subjects(full.blindSpots) == always)
    }
}
