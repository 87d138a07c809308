import Glibc
package import VigilCore
internal import VigilSQL

/// A practice that does not exist, for `vigil demo`: twelve therapists, six hundred clients, two years of sessions.
///
/// Contract: the same seed and the same `now` give the same rows, on every machine. Nobody in it is real. All days are
/// counted from `now`, so a demo shows the same kinds of follow-up at any hour: stories about a last session are told
/// by the clients who were last due, and the drop-in team's sessions lie minutes back.
package struct DemoPractice: Sendable {
    private let seed: UInt64
    private let now: WallTime
    private let zone: Zone

    /// - Parameters:
    ///   - now: the present of the practice; what begins after it is booked.
    ///   - zone: the practice's zone; sessions lie between 09:00 and 17:00 of its working days.
    package init(seed: UInt64, now: WallTime, zone: Zone) {
        self.seed = seed
        self.now = now
        self.zone = zone
    }

    /// Writes the practice into a new appointment store at `path`.
    ///
    /// - Parameter schema: the text of `config/stores/practice.sql`.
    /// - Throws: `OperationError`; also when there is a file at `path` already, which is left as it is. A store that
    ///   could not be finished is removed.
    package func fill(path: String, schema: String) throws -> DemoReport {
        try Self.takeNewFile(path)
        do {
            let database = try SQLiteDatabase(path: path, mode: .bulk)
            let report = try database.write { connection in
                try connection.execute(script: schema)
                return try write(to: connection)
            }
            try database.close()
            return report
        } catch {
            unlink(path)
            throw Self.failure(path, error)
        }
    }

    private static func takeNewFile(_ path: String) throws {
        // EXCL, so that nobody's store is ever written over, not even one that appears at this moment.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor < 0 else {
            close(descriptor)
            return
        }
        let code = errno
        let isThere = code == EEXIST
        throw OperationError(
            isThere ? .usage : code == EACCES || code == EROFS ? .permission : .unavailable,
            operation: operation, subject: path,
            cause: isThere ? "there is a file of this name already" : String(cString: strerror(code)),
            remedy: isThere
                ? "Name a new file; the demo writes over nothing" : "Check the folder, and who may write in it")
    }

    private static let operation = "make the demo practice"

    private static func failure(_ path: String, _ error: any Error) -> any Error {
        guard let error = error as? SQLError else { return error }
        return OperationError(
            error.kind == .schema ? .configuration : .unavailable, operation: operation, subject: path,
            cause: error.description,
            remedy: error.kind == .schema
                ? "Compare the schema with config/stores/practice.sql" : "Check the folder and the space on its disk")
    }
}

// MARK: - Rows

extension DemoPractice {
    /// The change triggers stay on: the whole takes two seconds in a debug build, and the store is as any other.
    private func write(to connection: any SQLConnection) throws -> DemoReport {
        let calendar = DemoCalendar(now: now, zone: zone)
        let caseload = DemoCaseload(seed: seed, calendar: calendar)
        var report = DemoReport()
        func insert(_ rows: [DemoRow]) throws {
            for row in rows {
                try connection.run(row.table.insert, row.values)
                report.count(row, calendar)
            }
        }
        try insert(
            (0..<DemoCaseload.therapists).map { number in
                let (name, team) = DemoNames.therapist(number)
                return DemoRow(
                    table: .therapist, values: [.text(DemoClient.therapistID(number)), .text(name), .text(team)])
            })
        let books = DemoBooks(seed: seed, calendar: calendar)
        try insert(books.waitingList)
        for (number, entry) in caseload.entries.enumerated() {
            var dice = DemoDice(seed: seed, stream: number)
            var client = client(number, entry, calendar, &dice)
            books.keep(&client, number: number, everyWeeks: entry.place.everyWeeks)
            var rows = client.rows
            if entry.group == .dirty {
                let dirt = DemoDirt.allCases[entry.ordinal]
                let last = client.sessions.lastIndex { calendar.canBeMarked($0.start) } ?? 0
                dirt.spoil(&rows, lastSession: last, day: calendar.today.adding(days: -12))
                report.dirt.append(dirt)
            }
            report.groups[entry.group, default: 0] += 1
            try insert(rows)
        }
        return report
    }

    private func client(
        _ number: Int, _ entry: DemoCaseload.Entry, _ calendar: DemoCalendar, _ dice: inout DemoDice
    ) -> DemoClient {
        let isSteady = entry.group == .steady || entry.group == .former
        let isMinor = entry.group == .minor
        let begin = entry.place.from
        var client = DemoClient(
            id: "C\(1_001 + number)", name: DemoNames.client(&dice),
            bornOn: calendar.today.adding(days: -dice.number(in: isMinor ? 4_100...6_200 : 6_900...28_000)),
            therapist: entry.place.therapist,
            // Those who were here when the two years begin came some time before.
            firstContactOn: begin.adding(
                days: -dice.number(in: begin > calendar.today.adding(days: -700) ? 7...21 : 20...1_500)),
            phone: DemoNames.phone(&dice))
        let history = DemoHistory(
            calendar: calendar, place: entry.place, isRegular: !isSteady || !dice.chance(perMille: 200))
        client.sessions = history.sessions(&dice)
        if let group = entry.therapyGroup {
            for var session in DemoHistory(calendar: calendar, group: group).sessions(&dice) {
                session.minutes = DemoTherapyGroup.minutes
                session.kind = "group"
                client.add(session)
            }
        }
        let story = DemoStory(calendar: calendar, ordinal: entry.ordinal)
        // A story is about one thing: what the draw left in the weeks before would drown it.
        if !isSteady { client.comeRegularly(until: story.lastPast(of: client)) }
        client.keepRecord(
            dice.pick(isMinor ? DemoProfile.minors : DemoProfile.adults) { $0.weight }, isMinor: isMinor, &dice)
        client.agree(number, &dice)
        story.tell(entry.group, entry, &client, &dice)
        return client
    }
}

extension DemoClient {
    fileprivate mutating func comeRegularly(until last: Int?) {
        guard let last else { return }
        // The practice's own cancellations stay.
        for index in max(0, last - 8)...last where sessions[index].reason != "weather_closure" {
            if sessions[index].reason != "therapist ill" { sessions[index].mark(.attended) }
        }
    }

    /// What the client has agreed to and left with the practice.
    fileprivate mutating func agree(_ number: Int, _ dice: inout DemoDice) {
        voicemailAllowed = dice.pick([true, true, true, true, true, true, true, true, nil, false])
        safeToCall = number % 97 == 13 ? false : dice.chance(perMille: 60) ? nil : true
        contactPreference = dice.chance(perMille: 70) ? dice.pick(DemoNames.preferences) : nil
        emergencyContact = dice.pick([true, true, true, false, nil])
        safetyPlan = dice.chance(perMille: 120) ? true : nil
        clinicianFlag = dice.chance(perMille: 700) ? false : nil
    }
}
