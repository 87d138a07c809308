import ArgumentParser
import Foundation
import VigilCore
import VigilPolicy

/// Where the configuration is; the same for every command.
struct ConfigOptions: ParsableArguments {
    @Option(name: .long, help: "The machine's configuration.")
    var config = "/etc/vigil/vigil.yaml"

    func load() throws -> MachineConfig {
        try MachineFile.load(path: config)
    }
}

struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, the stable contract for other programs.")
    var json = false
}

struct RevealOptions: ParsableArguments {
    @Flag(help: "Show names and contact details. That you did is written to the audit.")
    var reveal = false
}
