import Foundation
import VigilTestKit

/// A Python with the packages of `python-requirements.txt`.
///
/// `VIGIL_TEST_PYTHON` names one; without it a virtual environment is made once in the user's cache, which needs the network.
enum PythonTools {
    /// Nil when there is none: said once, loudly.
    static let python: String? = {
        do {
            return try found()
        } catch {
            FileHandle.standardError.write(Data("SKIPPED: the tests of VigilFHIR against sekmet-fhir: \(error)\n".utf8))
            return nil
        }
    }()

    static var isUsable: Bool { python != nil }

    private struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private static func found() throws -> String {
        if let given = ProcessInfo.processInfo.environment["VIGIL_TEST_PYTHON"] {
            guard hasPackages(given) else {
                throw Missing(description: "VIGIL_TEST_PYTHON is no Python with python-requirements.txt installed")
            }
            return given
        }
        let requirements = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "python-requirements.txt").path
        let home = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"
        let folder = "\(home)/vigil-tests/fhir-python"
        let python = "\(folder)/bin/python3"
        if hasPackages(python) { return python }
        try FileManager.default.createDirectory(atPath: "\(home)/vigil-tests", withIntermediateDirectories: true)
        for (program, arguments) in [
            ("/usr/bin/env", ["python3", "-m", "venv", folder]),
            (python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]),
        ] {
            guard let result = try? ChildProcess.run(program, arguments), result.status == 0 else {
                throw Missing(
                    description: "its packages cannot be installed (python3 3.11, venv and the network are needed)")
            }
        }
        guard hasPackages(python) else { throw Missing(description: "its packages do not work") }
        return python
    }

    private static func hasPackages(_ python: String) -> Bool {
        let versions = """
            from importlib.metadata import version as v
            import fhirkit, pyfhircheck, sekmet.main
            assert (v("fhirkit-rs"), v("pyfhircheck"), v("sekmet-fhir")) == ("0.1.0", "0.2.0", "0.1.1")
            """
        return (try? ChildProcess.run(python, ["-c", versions]))?.status == 0
    }
}
