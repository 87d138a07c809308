import HTTPTypes
import Hummingbird
import VigilCore

/// Pages that are read and not acted on: a heading, tables, what the words mean.
struct TablePages {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/questions", .questions), (.get, "/drifted", .drifted), (.get, "/caseload", .caseload),
        (.get, "/considered", .considered), (.get, "/report", .report), (.get, "/load", .load),
        (.get, "/status", .status),
        (.get, "/doctor", .doctor), (.get, "/audit", .audit), (.get, "/audit/verify", .audit),
    ]

    /// What such a page shows.
    struct Content {
        var title: String
        var lead: String?
        var tables: [TableView]
        var notes: [String] = []
        var feed: FeedDocument?
        var shadow = false
        /// First and last day, where the reader chooses them.
        var span: (from: String, to: String)?
        var more: (href: String, words: String)?
    }

    func add(to router: some RouterMethods<SiteContext>) {
        table("/questions", .questions, router) { try await questions($0) }
        table("/drifted", .drifted, router) { try await drifted($0) }
        table("/caseload", .caseload, router) { try await caseload($0) }
        table("/considered", .considered, router) { try await considered($0, $1) }
        table("/report", .report, router) { try await report($0, $1) }
        table("/load", .load, router) { try await load($0, $1) }
        table("/status", .status, router) { try await status($0) }
        table("/doctor", .doctor, router) { try await doctor($0) }
        table("/audit", .audit, router) { try await audit($0, $1) }
        table("/audit/verify", .audit, router) { _ in try await verified() }
    }

    private func table(
        _ path: String, _ place: Place, _ router: some RouterMethods<SiteContext>,
        _ content: @escaping @Sendable (Visitor, Request) async throws -> Content
    ) {
        let site = site
        router.get(RouterPath(path)) { request, context in
            let visitor = try site.visitor(context, request, place)
            let content = try await content(visitor, request)
            var frame = PageWriter.Frame(title: content.title, path: path)
            frame.banners = site.banners(content.feed, shadow: content.shadow, visitor)
            let view = View([
                "lead": content.lead, "notes": content.notes, "span": content.span != nil, "from": content.span?.from,
                "to": content.span?.to, "tables": content.tables.enumerated().map { $1.view($0) },
                "more": content.more?.href, "moreWords": content.more?.words,
            ])
            return site.writer.page("table", view, frame, for: visitor)
        }
    }

    private func table(
        _ path: String, _ place: Place, _ router: some RouterMethods<SiteContext>,
        _ content: @escaping @Sendable (Visitor) async throws -> Content
    ) {
        table(path, place, router) { visitor, _ in try await content(visitor) }
    }

    // MARK: Clients

    private func questions(_ visitor: Visitor) async throws -> Content {
        let document = try await site.service.questions(for: visitor.person, reveal: true)
        let lines = document.questions.map { row -> [TableView.Cell] in
            [
                .init(text: row.task.say), .init(text: row.client.map { QueuePage.name($0) } ?? ""),
                .init(text: row.session ?? ""), .init(text: row.therapist ?? ""), .init(text: row.task.role.words),
                .init(text: row.task.dueWords),
                row.followUp.map { .link("follow-up \($0.prefix(4))", "/f/\($0)") } ?? "",
            ]
        }
        return Content(
            title: "Questions",
            lead:
                "What vigil cannot tell and a person can. A question ends by itself once the practice's record says it.",
            tables: [
                TableView(
                    heading: "Open questions",
                    columns: ["Question", "Client", "Session", "Therapist", "For", "By", "Follow-up"], lines: lines,
                    empty: "Nothing is asked.")
            ], notes: document.truncated ? ["There are more questions than this page shows."] : [])
    }

    private func drifted(_ visitor: Visitor) async throws -> Content {
        let document = try await site.service.drifted(for: visitor.person, reveal: true)
        let lines = document.clients.map { row -> [TableView.Cell] in
            [
                .init(text: QueuePage.name(row.client)), .init(text: row.words.sentence),
                .init(text: row.therapist ?? ""),
                row.followUp.map { .link("follow-up \($0.prefix(4))", "/f/\($0)") }
                    ?? .init(text: row.isListedOnly ? "decide by hand" : ""),
            ]
        }
        return Content(
            title: "Drifted away",
            lead:
                "Active clients with nothing booked who have not come for longer than twice their rhythm. The reason is not known.",
            tables: [
                TableView(
                    heading: "Longest away first", columns: ["Client", "What is known", "Therapist", "Follow-up"],
                    lines: lines, empty: "Nobody.")
            ], notes: document.truncated ? ["There are more than this page shows."] : [], feed: document.feed)
    }

    private func caseload(_ visitor: Visitor) async throws -> Content {
        let document = try await site.service.caseload(for: visitor.person)
        func cells(_ name: String, _ share: CaseloadDocument.Share) -> [TableView.Cell] {
            [.init(text: name), .number(share.open)]
                + Tier.allCases.reversed().map { .number(share.tiers[$0.rawValue] ?? 0) }
                + [.number(share.overdue), .number(share.notTaken), share.oldestDays.map { .number($0) } ?? ""]
        }
        let columns =
            ["Open"] + Tier.allCases.reversed().map { $0.rawValue.capitalizedFirst }
            + ["Overdue", "Not taken", "Oldest, days"]
        return Content(
            title: "Caseload",
            tables: [
                TableView(
                    heading: "By therapist", columns: ["Therapist"] + columns,
                    lines: document.therapists.map { cells($0.therapist, $0.share) } + [
                        cells("Together", document.total)
                    ],
                    empty: "Nothing is open."),
                TableView(
                    heading: "By who has them", columns: ["Who"] + columns,
                    lines: document.holders.map { holder in
                        let role = Role(rawValue: holder.holder)?.words ?? holder.holder
                        return cells(holder.isPerson ? holder.holder : "nobody yet, for: \(role)", holder.share)
                    }, empty: "Nothing is open."),
            ],
            notes: [
                "Follow-ups, not clients' sessions. An overdue one has passed its contact-by time without an attempt."
            ])
    }

    private func considered(_ visitor: Visitor, _ request: Request) async throws -> Content {
        let document = try await site.service.considered(
            try days(request), for: visitor.person, reveal: true)
        let lines = document.sessions.map { row -> [TableView.Cell] in
            [
                .init(text: row.startedWords), .init(text: QueuePage.name(row.client)),
                .init(text: row.therapist ?? ""),
                .init(text: row.tier?.rawValue ?? "not scored"), row.points.map { .number($0) } ?? "",
                .init(text: row.factors.joined(separator: "; ")), .init(text: Self.few(row.unknown)),
                row.followUp.map { .link("follow-up \($0.prefix(4))", "/f/\($0)") }
                    ?? .init(text: row.whyNoFollowUp ?? ""),
            ]
        }
        return Content(
            title: "Considered, not flagged",
            lead:
                "Missed sessions for which contact was not asked for now or today. Read them for what the rules did not see.",
            tables: [
                TableView(
                    heading: "Newest first",
                    columns: [
                        "Session", "Client", "Therapist", "Tier", "Points", "Found", "Not known", "What became of it",
                    ],
                    lines: lines, empty: "None in these days.")
            ], notes: document.truncated ? ["There are more: choose fewer days."] : [], feed: document.feed,
            span: (document.from, document.to))
    }

    /// The first two, and how many more: the follow-up's own page has all of them.
    private static func few(_ sentences: [String]) -> String {
        sentences.prefix(2).joined(separator: "; ")
            + (sentences.count > 2 ? "; and \(sentences.count - 2) more" : "")
    }

    // MARK: Reports

    private func report(_ visitor: Visitor, _ request: Request) async throws -> Content {
        var wanted = try days(request)
        wanted.by = .therapist
        let document = try await site.service.practiceReport(wanted, for: visitor.person, reveal: false)
        let money = document.currency != nil
        func cells(_ name: String, _ totals: PracticeReportDocument.TotalsRow) -> [TableView.Cell] {
            [
                .init(text: name), .number(totals.kept), .number(totals.missed), .number(totals.cancelledLate),
                .number(totals.cancelledInTime), .number(totals.excused), .number(totals.calledOffByPractice),
                hours(totals.minutesAllocated), hours(totals.minutesLost), hours(totals.minutesFilledAgain),
            ] + (money ? [totals.feeValueCents.map { amount($0) } ?? ""] : [])
        }
        let currency = document.currency.map { ["Fees lost, \($0)"] } ?? []
        let free = document.freeHours.map { row -> [TableView.Cell] in
            [
                .init(text: row.startsWords), .number(row.minutes), .init(text: row.therapist), .init(text: row.kind),
                row.waitingFor.map { .number($0) } ?? "",
            ]
        }
        return Content(
            title: "Practice",
            lead: "Hours and fees of the practice. Not part of anybody's follow-up.",
            tables: [
                TableView(
                    heading: "Sessions by therapist",
                    columns: [
                        "Therapist", "Kept", "Missed", "Late", "In time", "Excused", "By us", "Hours", "Hours lost",
                        "Filled again",
                    ] + currency,
                    lines: document.groups.map { cells($0.name, $0.totals) } + [cells("Together", document.totals)],
                    empty: "No sessions in these days."),
                TableView(
                    heading: "Hours to fill", columns: ["When", "Minutes", "Therapist", "Kind", "Could take it"],
                    lines: free, empty: "None."),
            ], notes: document.notes, feed: document.feed, span: (document.from, document.to),
            more: Place.load.admits(visitor.person) ? ("/load", "What vigil asks of people") : nil)
    }

    private func load(_ visitor: Visitor, _ request: Request) async throws -> Content {
        let document = try await site.service.loadReport(try days(request), for: visitor.person)
        return Content(
            title: "Load",
            lead:
                "\(document.whole.followUps) follow-ups from \(document.missed) missed sessions on \(document.workingDays) working days.",
            tables: [
                TableView(
                    heading: "By tier", columns: ["Tier", "Follow-ups", "Of 1,000 missed", "Clinic's target of 1,000"],
                    lines: document.tiers.map { row in
                        [
                            .init(text: row.tier.rawValue), .number(row.followUps),
                            row.perMilleOfMisses.map { .number($0) } ?? "",
                            row.targetPerMille.map { .number($0) } ?? "",
                        ]
                    }, empty: "None."),
                TableView(
                    heading: "By therapist", columns: ["Therapist", "Follow-ups", "Overdue", "Still open"],
                    lines: document.therapists.map { row in
                        [
                            .init(text: row.therapist ?? "(no therapist)"), .number(row.share.followUps),
                            .number(row.share.overdue), .number(row.share.stillOpen),
                        ]
                    }, empty: "None."),
            ], span: (document.from, document.to), more: ("/report", "The practice's hours"))
    }

    private func hours(_ minutes: Int) -> TableView.Cell {
        .init(text: "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)", isNumber: true)
    }

    private func amount(_ cents: Int) -> TableView.Cell {
        .init(text: "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)", isNumber: true)
    }

    /// `?from=2026-11-01&to=2026-11-24`; a day left out is the report's own.
    private func days(_ request: Request) throws -> ReportRequest {
        func day(_ name: String) throws -> LocalDay? {
            guard let text = request.uri.queryParameters[name[...]], !text.isEmpty else { return nil }
            guard let day = LocalDay(iso: text) else {
                throw Problem(.badRequest, "A day is written such as 2026-11-24.")
            }
            return day
        }
        return ReportRequest(from: try day("from"), to: try day("to"))
    }

    // MARK: The daemon

    private func status(_ visitor: Visitor) async throws -> Content {
        let status = try await site.service.status()
        let paging = status.paging
        func line(_ what: String, _ how: String) -> [TableView.Cell] { [.init(text: what), .init(text: how)] }
        var lines = [
            line("Appointments", status.feed.words.sentence),
            line("Whole store last read", site.words(status.reconciledAt, now: visitor.now)),
            line(
                "Policy",
                "\(status.policy), \(status.shadow ? "a trial run, nobody is paged: " : "")\(status.approval)"),
            line(
                "Open follow-ups",
                Tier.allCases.reversed().map { "\($0.rawValue) \(status.open[$0.rawValue] ?? 0)" }.joined(
                    separator: ", ")),
            line("Overdue", String(status.overdue)), line("Open questions", String(status.questions)),
            line("Paging", paging.pagesNobody ? "nobody is paged" : "on, \(paging.openPages) open"),
            line("Messages waiting", String(paging.waiting)), line("Messages given up, ever", String(paging.givenUp)),
            line("Channels", paging.channels.isEmpty ? "none" : paging.channels.joined(separator: ", ")),
            line(
                "Channels that fail",
                paging.failingChannels.isEmpty ? "none" : paging.failingChannels.joined(separator: ", ")),
            line(
                "Last test page",
                paging.lastTest.map { "\(site.words($0.at, now: visitor.now)): \($0.words)" } ?? "none yet"),
            line(
                "Told to the operator",
                paging.operatorAlerts.isEmpty
                    ? "nothing" : paging.operatorAlerts.map { $0.replacing("_", with: " ") }.joined(separator: ", ")),
            line("Version", status.version),
        ]
        if let tasks = status.tasks {
            lines.append(line("Tasks in the practice's system", "\(tasks.words.sentence) (\(tasks.server))"))
        }
        if let error = status.lastError { lines.append(line("Last error", error)) }
        return Content(
            title: "Status",
            tables: [
                TableView(heading: "How vigil is", columns: ["What", "How"], lines: lines, empty: ""),
                TableView(
                    heading: "What vigil cannot see here", columns: ["Not seen"],
                    lines: status.blindSpots.map { [.init(text: $0.sentence)] },
                    empty: "Nothing that the policy asks for is missing from the practice's record."),
            ], feed: status.feed, shadow: status.shadow,
            more: visitor.person.role == .admin ? ("/doctor", "Look at everything that vigil depends on") : nil)
    }

    private func doctor(_ visitor: Visitor) async throws -> Content {
        let document = try await site.service.doctor(for: visitor.person)
        return Content(
            title: "Doctor",
            tables: [
                TableView(
                    heading: "What vigil depends on",
                    columns: ["State", "What", "Found", "Why it matters", "What to do"],
                    lines: document.checks.map { check in
                        [
                            .init(text: check.state.rawValue), .init(text: check.name), .init(text: check.what),
                            .init(text: check.why), .init(text: check.remedy),
                        ]
                    }, empty: "")
            ])
    }

    private func audit(_ visitor: Visitor, _ request: Request) async throws -> Content {
        let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
        let document = try await site.service.auditRows(before: before, limit: 200, for: visitor.person)
        return Content(
            title: "Audit",
            lead:
                "Every act, and each time that names were shown, newest first. Rows are chained: none can be changed unseen.",
            tables: [
                TableView(
                    heading: "Rows", columns: ["Row", "When", "Who", "Act", "About"],
                    lines: document.rows.map { row in
                        [
                            .number(Int(row.sequence)), .init(text: site.words(row.at, now: visitor.now)),
                            .init(text: row.actor), .init(text: row.act.replacing("_", with: " ")),
                            .init(text: row.subject),
                        ]
                    }, empty: "None.")
            ], notes: ["Check the chain: /audit/verify. Keep checkpoints on another machine: vigil audit checkpoint."],
            more: document.next.map { ("/audit?before=\($0)", "Older rows") } ?? (
                "/audit/verify", "Check the chain now"
            ))
    }

    private func verified() async throws -> Content {
        let document = try await site.service.verifyAudit(hashOf: nil)
        return Content(
            title: "The audit chain",
            lead: document.faults.isEmpty
                ? "All \(document.rows) rows follow from each other." : "The chain is broken.",
            tables: [
                TableView(
                    heading: "Faults", columns: ["Fault"], lines: document.faults.map { [.init(text: $0)] },
                    empty: "None.")
            ], more: ("/audit", "The rows"))
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
