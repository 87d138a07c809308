import Foundation
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

/// Every Task that vigil writes, under two validators of other makers: each misses what the other finds.
@Suite(.enabled(if: PythonTools.isUsable)) struct TaskValidationTests {
    private func validate(_ texts: [String: [UInt8]]) throws -> (
        structure: ChildProcess.Result, codes: ChildProcess.Result
    ) {
        let python = try #require(PythonTools.python)
        let folder = FileManager.default.temporaryDirectory.appending(path: "vigil-tasks-\(UUID().uuidString)")
        let tasks = folder.appending(path: "tasks")
        try FileManager.default.createDirectory(at: tasks, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var files: [String] = []
        for (name, bytes) in texts {
            let file = tasks.appending(path: "\(name).json")
            try Data(bytes).write(to: file)
            files.append(file.path)
        }
        let structure = try ChildProcess.run(python, ["-m", "fhirkit.cli", "validate"] + files)
        // It writes its evidence into the working folder.
        let codes = try ChildProcess.run(
            "/bin/sh",
            [
                "-c", "cd \"$1\" && exec \"$2\" -m pyfhircheck folder \"$3\" --max-issues 2000", "sh", folder.path,
                python, tasks.path,
            ])
        return (structure, codes)
    }

    private func json(_ task: FHIRTask, _ id: String?, _ zone: Zone) throws -> [UInt8] {
        try #require(FHIRTask.json(of: task, id: id, zone: zone))
    }

    private func texts() throws -> [String: [UInt8]] {
        var texts: [String: [UInt8]] = [:]
        for state in FHIRTask.State.allCases {
            for tier in Tier.allCases {
                for (appointment, owner) in [("a1", nil), (nil, "PractitionerRole/r1"), ("a1", "Practitioner/d1")]
                    as [(String?, String?)]
                {
                    let task = try FHIRTaskTests.task(state, tier, appointment: appointment, owner: owner)
                    let name = "\(state)-\(tier)-\(appointment ?? "none")-\(owner == nil ? "none" : "owner")"
                    texts[name] = try json(task, nil, Sample.zone)
                    texts["\(name)-id"] = try json(task, "17-\(texts.count)", .utc)
                }
            }
        }
        return texts
    }

    @Test func bothAreClean() throws {
        let (structure, codes) = try validate(try texts())
        #expect(structure.status == 0, "\(structure.output)")
        #expect(codes.output.contains("Resources: 96"), "\(codes.output.prefix(500))")
        let found = codes.output.split(separator: "\n").filter { $0.hasPrefix("- ") }.filter { line in
            // What a task points to is not in the folder.
            if line.contains("reference.unresolved") { return false }
            // Its list of this code ends after four, where the page that it was made from says "| +".
            guard let match = line.firstMatch(of: /terminology\.required Task\.status: Code '([a-z-]+)'/) else {
                return true
            }
            return !Self.statuses.contains(String(match.1))
        }
        #expect(found.isEmpty, "\(found.prefix(5))")
    }

    /// hl7.org/fhir/R4/valueset-task-status.html
    private static let statuses: Set<String> = [
        "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
        "failed", "completed", "entered-in-error",
    ]

    /// The validators would say so.
    @Test func aWrongOneIsFound() throws {
        let good = String(
            decoding: try #require(FHIRTask.json(of: try FHIRTaskTests.task(), zone: Sample.zone)), as: UTF8.self)
        let missing = try validate(["a": Array(good.replacing("\"intent\":\"order\",", with: "").utf8)])
        #expect(missing.structure.status != 0)
        let code = try validate(["a": Array(good.replacing("\"asap\"", with: "\"today\"").utf8)])
        #expect(code.codes.status != 0)
    }
}
