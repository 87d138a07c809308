package import VigilCore

/// Reads `oncall.yaml`, and checks that everybody it names can be paged.
package enum ScheduleFile {
    /// - Returns: nil when `vigil.yaml` has no `paging` section.
    /// - Throws: `OperationError` of kind `configuration` with every issue of the file.
    package static func load(for machine: MachineConfig) throws -> OnCallSchedule? {
        guard let paging = machine.notify.paging else { return nil }
        return try ConfigFile.load(path: paging.schedulePath, operation: "read the on-call schedule") { reader, _ in
            let schedule = OnCallSchedule(reading: reader)
            for id in schedule.people.sorted(by: { $0.text < $1.text }) {
                guard let person = machine.people.first(where: { $0.id == id }) else {
                    let near = nearest(to: id.text, among: machine.people.map(\.id.text))
                    reader.issue(
                        "there is no person '\(id.text)' in vigil.yaml\(near.map { "; did you mean '\($0)'?" } ?? "")")
                    continue
                }
                if person.channels.isEmpty {
                    reader.issue("'\(id.text)' has no channels in vigil.yaml, and could not be paged")
                }
                if !person.role.isClinician {
                    reader.issue("'\(id.text)' is no clinician, and could not acknowledge a page")
                }
            }
            return schedule
        }
    }
}
