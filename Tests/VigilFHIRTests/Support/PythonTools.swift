import VigilTestKit

/// A FHIR server and two validators of other makers: see Tests/python-requirements.txt.
enum PythonTools {
    static var python: String? { TestPython.path }
    static var isUsable: Bool { python != nil }
}
