import Testing
import VigilCore

@testable import VigilFHIR

@Suite struct FHIRBaseTests {
    @Test(
        arguments: [
            "https://ehr.example.org/fhir", "https://EHR.example.org:8443/r4/", "http://127.0.0.1:8090/fhir",
            "http://localhost/fhir", "http://[::1]:80/fhir",
        ])
    func accepted(_ text: String) throws {
        #expect(!(try FHIRBase(text)).text.hasSuffix("/"))
    }

    @Test(
        arguments: [
            "", "ehr.example.org/fhir", "http://ehr.example.org/fhir", "ftp://127.0.0.1/fhir", "file:///etc/passwd",
            "https://user:secret@ehr.example.org/fhir", "https://ehr.example.org/fhir?a=b",
            "https://ehr.example.org/fhir#a", "https:///fhir", "https://ehr.example.org:99999/fhir",
            "http://127.0.0.1.example.org/fhir", "http://1270.0.0.1/fhir", "https://ehr.example.org/fh ir",
            "http://localhost.example.org/", "https://a\\b/fhir",
        ])
    func refused(_ text: String) {
        #expect { try FHIRBase(text) } throws: { error in
            (error as? OperationError)?.kind == .configuration && !"\(error)".contains("secret")
        }
    }

    @Test func aLinkIsFollowedOnItsOwnServerAlone() throws {
        let base = try FHIRBase("https://ehr.example.org/fhir")
        #expect(
            base.following("https://EHR.example.org:443/fhir?_page=2") == "https://EHR.example.org:443/fhir?_page=2")
        #expect(base.following("/other?_page=2") == "https://ehr.example.org/other?_page=2")
        #expect(base.following("Appointment?_page=2") == "https://ehr.example.org/fhir/Appointment?_page=2")
        for link in [
            "https://evil.example.org/fhir?_page=2", "http://ehr.example.org/fhir?_page=2", "//evil.example.org/fhir",
            "https://ehr.example.org:444/fhir", "https://ehr.example.org@evil.example.org/", "?_page=2", "a b",
            "https://ehr.example.org\\@evil.example.org/", "file:///etc/passwd", "javascript://ehr.example.org/",
        ] {
            #expect(base.following(link) == nil, "\(link)")
        }
    }
}
