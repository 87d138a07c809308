import Crypto
import Foundation
package import VigilCore
import VigilSQL

/// Sign-ins, sessions and links of the pages, beside the records that they show: one file to back up and one chain of audit.
extension Ledger: SignInStore {
    // MARK: Ways to sign in

    package func signIn(of person: PersonID) throws -> SignInRecord? {
        try reading { connection in
            try connection.first(
                "SELECT \(Self.signInColumns) FROM sign_in WHERE person = $1", [.text(person.text)], row: Self.signIn)
        } ?? nil
    }

    package func signIns() throws -> [SignInRecord] {
        try reading { connection in
            try connection.all("SELECT \(Self.signInColumns) FROM sign_in ORDER BY person", row: Self.signIn)
        }.compactMap(\.self)
    }

    private static let signInColumns = "person, salt, password_hash, code_key, last_code_step, made_at, disabled_at"

    private static func signIn(_ row: any SQLStatement) -> SignInRecord? {
        PersonID(row.text(0)).map { person in
            SignInRecord(
                person: person, salt: [UInt8](row.bytes(1)), passwordHash: [UInt8](row.bytes(2)),
                codeKey: [UInt8](row.bytes(3)),
                lastCodeStep: row.int64(4), madeAt: WallTime(seconds: row.int64(5)),
                disabledAt: row.optionalInt64(6).map(WallTime.init(seconds:)))
        }
    }

    package func invite(
        _ person: PersonID, tokenHash: [UInt8], codeKey: [UInt8], until: WallTime, by actor: Actor, at now: WallTime
    ) throws {
        try writing(PublicEvent(.personInvited), "person:\(person.text)", by: actor, at: now) { connection in
            try connection.run(
                """
                INSERT INTO invitation (person, token_hash, code_key, until_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (person) DO UPDATE SET token_hash = excluded.token_hash, code_key = excluded.code_key,
                    until_at = excluded.until_at
                """, [.text(person.text), .blob(tokenHash), .blob(codeKey), .integer(until.seconds)])
        }
    }

    package func invitation(_ tokenHash: [UInt8], at now: WallTime) throws -> (person: PersonID, codeKey: [UInt8])? {
        try reading { try Self.invitation($0, tokenHash, now) }
    }

    private static func invitation(
        _ connection: any SQLConnection, _ tokenHash: [UInt8], _ now: WallTime
    ) throws -> (person: PersonID, codeKey: [UInt8])? {
        try connection.first(
            "SELECT person, code_key FROM invitation WHERE token_hash = $1 AND until_at > $2",
            [.blob(tokenHash), .integer(now.seconds)]
        ) { row in PersonID(row.text(0)).map { ($0, [UInt8](row.bytes(1))) } } ?? nil
    }

    package func accept(_ tokenHash: [UInt8], _ record: SignInRecord, at now: WallTime) throws -> Bool {
        try rethrowing("write the ledger") {
            try database.write { connection in
                guard try Self.invitation(connection, tokenHash, now)?.person == record.person else { return false }
                try connection.run("DELETE FROM invitation WHERE person = $1", [.text(record.person.text)])
                try Self.put(record, keeping: nil, connection)
                try Self.note(
                    PublicEvent(.passwordSet), "person:\(record.person.text)", .person(record.person), now, connection)
                return true
            }
        }
    }

    package func setPassword(_ record: SignInRecord, keeping session: [UInt8]?, at now: WallTime) throws {
        let subject = "person:\(record.person.text)"
        try writing(PublicEvent(.passwordSet), subject, by: .person(record.person), at: now) { connection in
            try Self.put(record, keeping: session, connection)
        }
    }

    /// Writes the record; every session of the person but `session` ends.
    private static func put(
        _ record: SignInRecord, keeping session: [UInt8]?, _ connection: any SQLConnection
    ) throws {
        try connection.run(
            """
            INSERT INTO sign_in (\(signInColumns)) VALUES ($1, $2, $3, $4, $5, $6, NULL)
            ON CONFLICT (person) DO UPDATE SET salt = excluded.salt, password_hash = excluded.password_hash,
                code_key = excluded.code_key, last_code_step = excluded.last_code_step, made_at = excluded.made_at,
                disabled_at = NULL
            """,
            [
                .text(record.person.text), .blob(record.salt), .blob(record.passwordHash), .blob(record.codeKey),
                .integer(record.lastCodeStep), .integer(record.madeAt.seconds),
            ])
        try connection.run(
            "DELETE FROM web_session WHERE person = $1 AND key <> $2",
            [.text(record.person.text), .blob(session ?? [])]
        )
    }

    package func disable(_ person: PersonID, by actor: Actor, at now: WallTime) throws {
        try writing(PublicEvent(.personDisabled), "person:\(person.text)", by: actor, at: now) { connection in
            try connection.run(
                "UPDATE sign_in SET disabled_at = $2 WHERE person = $1", [.text(person.text), .integer(now.seconds)])
            try connection.run("DELETE FROM invitation WHERE person = $1", [.text(person.text)])
            try connection.run("DELETE FROM web_session WHERE person = $1", [.text(person.text)])
            try connection.run(
                "UPDATE feed_token SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL",
                [.text(person.text), .integer(now.seconds)])
        }
    }

    // MARK: Tries and sessions

    package func failures(of account: String, since time: WallTime) throws -> Int {
        try reading { connection in
            try connection.first(
                "SELECT count(*) FROM sign_in_failure WHERE account_hash = $1 AND at >= $2",
                [.blob(Self.hash(account)), .integer(time.seconds)]
            ) { Int($0.int64(0)) } ?? 0
        }
    }

    package func noteFailure(of account: String, at now: WallTime) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                try connection.run(
                    "INSERT INTO sign_in_failure (account_hash, at) VALUES ($1, $2)",
                    [.blob(Self.hash(account)), .integer(now.seconds)])
                // An hour is more than any limit looks back.
                try connection.run("DELETE FROM sign_in_failure WHERE at < $1", [.integer(now.seconds - 3_600)])
            }
        }
    }

    private static func hash(_ account: String) -> [UInt8] {
        Array(SHA256.hash(data: Data(account.utf8)))
    }

    package func begin(_ session: WebSession, codeStep: Int64?, at now: WallTime) throws -> Bool {
        try rethrowing("write the ledger") {
            try database.write { connection in
                if let codeStep {
                    guard try Self.use(codeStep, of: session.person, connection) else { return false }
                }
                try connection.run(
                    "INSERT INTO web_session (key, person, begun_at, seen_at, form_token) VALUES ($1, $2, $3, $4, $5)",
                    [
                        .blob(session.key), .text(session.person.text), .integer(session.begunAt.seconds),
                        .integer(session.seenAt.seconds), .text(session.formToken),
                    ])
                // Sessions that ended by time: nothing asks for them any more.
                try connection.run(
                    "DELETE FROM web_session WHERE seen_at < $1", [.integer(now.adding(minutes: -1_440).seconds)])
                try Self.note(
                    PublicEvent(.signedIn), "person:\(session.person.text)", .person(session.person), now, connection)
                return true
            }
        }
    }

    package func useCode(of person: PersonID, step: Int64) throws -> Bool {
        try rethrowing("write the ledger") {
            try database.write { try Self.use(step, of: person, $0) }
        }
    }

    private static func use(_ step: Int64, of person: PersonID, _ connection: any SQLConnection) throws -> Bool {
        try connection.run(
            """
            UPDATE sign_in SET last_code_step = $2 WHERE person = $1 AND last_code_step < $2 AND disabled_at IS NULL
            """, [.text(person.text), .integer(step)])
        return connection.changedRows == 1
    }

    package func session(_ key: [UInt8]) throws -> WebSession? {
        try reading { connection in
            try connection.first(
                "SELECT \(Self.sessionColumns) FROM web_session WHERE key = $1", [.blob(key)], row: Self.session)
        } ?? nil
    }

    package func sessions() throws -> [WebSession] {
        try reading { connection in
            try connection.all(
                "SELECT \(Self.sessionColumns) FROM web_session ORDER BY seen_at DESC", row: Self.session)
        }.compactMap(\.self)
    }

    private static let sessionColumns = "key, person, begun_at, seen_at, form_token, break_glass_until"

    private static func session(_ row: any SQLStatement) -> WebSession? {
        PersonID(row.text(1)).map { person in
            WebSession(
                key: [UInt8](row.bytes(0)), person: person, begunAt: WallTime(seconds: row.int64(2)),
                seenAt: WallTime(seconds: row.int64(3)), formToken: row.text(4),
                breakGlassUntil: row.optionalInt64(5).map(WallTime.init(seconds:)))
        }
    }

    package func noteSeen(_ key: [UInt8], at now: WallTime) throws {
        try rethrowing("write the ledger") {
            try database.write { connection -> Void in
                try connection.run(
                    "UPDATE web_session SET seen_at = $2 WHERE key = $1", [.blob(key), .integer(now.seconds)])
            }
        }
    }

    package func end(_ key: [UInt8], by actor: Actor, at now: WallTime) throws {
        try rethrowing("write the ledger") {
            try database.write { connection -> Void in
                let person = try connection.first("SELECT person FROM web_session WHERE key = $1", [.blob(key)]) {
                    $0.text(0)
                }
                guard let person else { return }
                try connection.run("DELETE FROM web_session WHERE key = $1", [.blob(key)])
                try Self.note(PublicEvent(.signedOut), "person:\(person)", actor, now, connection)
            }
        }
    }

    // MARK: Break-glass

    package func breakGlass(
        _ key: [UInt8], by person: PersonID, reason: String, until: WallTime, at now: WallTime
    ) throws {
        try writing(PublicEvent(.glassBroken), "person:\(person.text)", by: .person(person), at: now) { connection in
            try connection.run(
                "INSERT INTO break_glass (person, at, until_at, reason) VALUES ($1, $2, $3, $4)",
                [.text(person.text), .integer(now.seconds), .integer(until.seconds), .text(reason)])
            try connection.run(
                "UPDATE web_session SET break_glass_until = $2 WHERE key = $1", [.blob(key), .integer(until.seconds)])
        }
    }

    package func breakGlassRecords(limit: Int) throws -> [BreakGlassRecord] {
        try reading { connection in
            try connection.all(
                """
                SELECT id, person, at, until_at, reason, reviewed_by, reviewed_at FROM break_glass
                ORDER BY CASE WHEN reviewed_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $1
                """, [.integer(limit)]
            ) { row in
                PersonID(row.text(1)).map { person in
                    BreakGlassRecord(
                        id: row.int64(0), person: person, at: WallTime(seconds: row.int64(2)),
                        until: WallTime(seconds: row.int64(3)), reason: row.text(4),
                        reviewedBy: row.optionalText(5).flatMap { PersonID($0) },
                        reviewedAt: row.optionalInt64(6).map(WallTime.init(seconds:)))
                }
            }
        }.compactMap(\.self)
    }

    package func review(_ id: Int64, by person: PersonID, at now: WallTime) throws {
        try writing(PublicEvent(.glassReviewed), "break_glass:\(id)", by: .person(person), at: now) { connection in
            try connection.run(
                "UPDATE break_glass SET reviewed_by = $2, reviewed_at = $3 WHERE id = $1 AND reviewed_at IS NULL",
                [.integer(id), .text(person.text), .integer(now.seconds)])
        }
    }

    // MARK: Feeds

    package func makeFeed(for person: PersonID, tokenHash: [UInt8], at now: WallTime) throws {
        try writing(PublicEvent(.feedMade), "person:\(person.text)", by: .person(person), at: now) { connection in
            try connection.run(
                "INSERT INTO feed_token (person, token_hash, made_at) VALUES ($1, $2, $3)",
                [.text(person.text), .blob(tokenHash), .integer(now.seconds)])
        }
    }

    package func feeds(of person: PersonID) throws -> [FeedToken] {
        try reading { connection in
            try connection.all(
                """
                SELECT id, made_at, used_at, revoked_at FROM feed_token
                WHERE person = $1 AND revoked_at IS NULL ORDER BY id
                """, [.text(person.text)]
            ) { row in
                FeedToken(
                    id: row.int64(0), person: person, madeAt: WallTime(seconds: row.int64(1)),
                    usedAt: row.optionalInt64(2).map(WallTime.init(seconds:)),
                    revokedAt: row.optionalInt64(3).map(WallTime.init(seconds:)))
            }
        }
    }

    package func feed(_ tokenHash: [UInt8], at now: WallTime) throws -> PersonID? {
        try rethrowing("write the ledger") {
            try database.write { connection in
                let found = try connection.first(
                    "SELECT id, person FROM feed_token WHERE token_hash = $1 AND revoked_at IS NULL", [.blob(tokenHash)]
                ) { ($0.int64(0), PersonID($0.text(1))) }
                guard let (id, person) = found else { return nil }
                try connection.run(
                    "UPDATE feed_token SET used_at = $2 WHERE id = $1", [.integer(id), .integer(now.seconds)])
                return person
            }
        }
    }

    package func revokeFeed(_ id: Int64, of person: PersonID, at now: WallTime) throws {
        try writing(PublicEvent(.feedRevoked), "person:\(person.text)", by: .person(person), at: now) { connection in
            try connection.run(
                "UPDATE feed_token SET revoked_at = $3 WHERE id = $1 AND person = $2 AND revoked_at IS NULL",
                [.integer(id), .text(person.text), .integer(now.seconds)])
        }
    }

    // MARK: Parts

    private func reading<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try rethrowing("read the ledger") { try database.read(body) }
    }

    /// Writes the change and its audit row together.
    private func writing(
        _ event: PublicEvent, _ subject: String, by actor: Actor, at now: WallTime,
        _ body: (any SQLConnection) throws -> Void
    ) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                try body(connection)
                try Self.note(event, subject, actor, now, connection)
            }
        }
    }

    private static func note(
        _ event: PublicEvent, _ subject: String, _ actor: Actor, _ now: WallTime, _ connection: any SQLConnection
    ) throws {
        var chain = try AuditChain(connection: connection)
        try chain.append(at: now, actor: actor, subject: subject, reason: event.kind.rawValue, event: event)
    }
}
