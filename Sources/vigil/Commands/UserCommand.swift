import ArgumentParser
import VigilCore

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Who signs in to the pages. Who they are and their role stands in vigil.yaml.",
        subcommands: [Add.self, List.self, Disable.self], defaultSubcommand: List.self)

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a link with which a person chooses a password; it works once, for 15 minutes.",
            discussion:
                "Also for a password that was forgotten. Give the link to the person themselves. There is no default account: the first link is made here, by an administrator of vigil.yaml."
        )

        @Argument(help: "The person's id in vigil.yaml.") var id: String
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.post(
                "/v1/people/\(try UserCommand.person(id).text)/invite", CommandDocument(), as: InvitationDocument.self)
            if output.json { return try Output.json(document) }
            Output.line("Give this to \(document.person.text); it works once, for \(document.minutes) minutes:")
            Output.line(document.link)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the people, their roles and how they sign in.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            try UserCommand.show(try client.get("/v1/people", as: PeopleDocument.self), output)
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch a person's sign-in off: their sessions and feeds end at once.",
            discussion: "They are paged as before: take them out of 'people' and of the on-call schedule too.")

        @Argument(help: "The person's id in vigil.yaml.") var id: String
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            try UserCommand.show(
                try client.post(
                    "/v1/people/\(try UserCommand.person(id).text)/disable", CommandDocument(), as: PeopleDocument.self),
                output)
        }
    }

    private static func show(_ document: PeopleDocument, _ output: OutputOptions) throws {
        if output.json { return try Output.json(document) }
        for row in document.people {
            Output.line(
                "\(row.id.text)  \(row.role.rawValue)  account \(row.account)  sign-in: "
                    + "\(row.signIn.rawValue.replacing("_", with: " "))  sessions: \(row.sessions)")
        }
    }

    private static func person(_ text: String) throws -> PersonID {
        guard let id = PersonID(text) else {
            throw OperationError(
                .usage, operation: "read the id", subject: "the argument", cause: "this is not a person's id",
                remedy: "see 'people' in vigil.yaml")
        }
        return id
    }
}
