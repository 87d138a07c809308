import Foundation

/// A Python with the packages of Tests/python-requirements.txt: independent programs to compare with.
///
/// `deploy/setup test` makes it; `VIGIL_TEST_PYTHON` names another.
package enum TestPython {
    /// The interpreter; nil when it is not there, said once, loudly.
    package static let path: String? = {
        let given = ProcessInfo.processInfo.environment["VIGIL_TEST_PYTHON"]
        let usual = FileManager.default.homeDirectoryForCurrentUser.path + "/.cache/vigil-test-python/bin/python"
        let found = given ?? usual
        if FileManager.default.isExecutableFile(atPath: found) { return found }
        let line = "SKIPPED: tests that compare with Python packages: 'deploy/setup test' makes \(found)\n"
        FileHandle.standardError.write(Data(line.utf8))
        return nil
    }()
}
