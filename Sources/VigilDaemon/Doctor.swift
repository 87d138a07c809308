import Foundation
import VigilCore
import VigilLedger

/// Looks at everything that vigil depends on, from inside the daemon and its sandbox: what the unit may not do shows here.
struct Doctor {
    let control: Control
    let now: WallTime

    private var config: MachineConfig { control.config }
    private var policy: Policy { control.policy }

    func examine() -> [DoctorCheck] {
        [zone, store, freshness] + blindSpots + [
            ledgerFile, disk, audit, backup, approval, schedule, channels, testPage,
        ]
            + tasks + [journal, deadMan, sandbox] + operatorAlerts
    }

    // MARK: Time

    private var zone: DoctorCheck {
        DoctorCheck(
            "zone", .ok,
            "\(policy.zone.identifier), where it is \(policy.zone.clockWords(now)), \(policy.zone.rfc3339(now))")
    }

    // MARK: The appointment store

    private var store: DoctorCheck {
        do {
            _ = try control.books.read { _ in }
        } catch {
            return DoctorCheck(
                "store", .fail, (error as? OperationError)?.description ?? "\(type(of: error))",
                why: "nobody who misses a session is found")
        }
        if config.source != nil {
            return DoctorCheck(
                "store", .ok,
                "the mirror is readable; each new connection to the practice's system proves that it cannot write")
        }
        // Vigil opens it read only whatever the file allows; that the file does not allow it is the second lock.
        guard access(config.storePath, W_OK) != 0 else {
            return DoctorCheck(
                "store", .warn, "readable; this account could write to \(config.storePath)",
                why: "vigil never writes to it, and need not be able to",
                remedy: "give the account read access alone, or ReadOnlyPaths= in a drop-in")
        }
        return DoctorCheck("store", .ok, "readable, schema as expected, not writable for vigil")
    }

    private var freshness: DoctorCheck {
        let feed = control.feed(control.health.now, now)
        return DoctorCheck(
            "feed", feed.state == .current ? .ok : feed.state == .stale ? .fail : .warn, feed.words,
            why: feed.state == .current ? "" : "the queue may be missing people",
            remedy: feed.state == .current ? "" : "see 'store', and the journal")
    }

    private var blindSpots: [DoctorCheck] {
        control.health.now.blindSpots.map {
            DoctorCheck(
                "cannot see", .warn, $0.what, why: $0.meaning,
                remedy: "enter or map it in the practice's record, or know that it is so")
        }
    }

    // MARK: The ledger

    private var ledgerFile: DoctorCheck {
        let folder = (config.ledgerPath as NSString).deletingLastPathComponent
        for (path, allowed) in [(config.ledgerPath, 0o600), (folder, 0o700)] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else {
                return DoctorCheck("ledger", .fail, "\(path) cannot be looked at", why: "it is vigil's memory")
            }
            if mode & 0o777 & ~allowed != 0 {
                return DoctorCheck(
                    "ledger", .warn, "\(path) can be read by others", why: "it holds client data",
                    remedy: "chmod \(String(allowed, radix: 8)) \(path)")
            }
        }
        return DoctorCheck("ledger", .ok, "\(config.ledgerPath), for vigil's account alone")
    }

    /// Vigil's own need is small; what is short is short for everybody.
    private static let leastBytes: UInt64 = 100 << 20
    private static let littleBytes: UInt64 = 1 << 30

    private var disk: DoctorCheck {
        var status = statvfs()
        guard statvfs((config.ledgerPath as NSString).deletingLastPathComponent, &status) == 0 else {
            return DoctorCheck("disk", .warn, "its space cannot be read")
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let words = "\(free >> 20) MiB free beside the ledger"
        if free >= Self.littleBytes { return DoctorCheck("disk", .ok, words) }
        return DoctorCheck(
            "disk", free < Self.leastBytes ? .fail : .warn, words, why: "without space nothing new is recorded",
            remedy: "free some, or move the state folder to a larger disk")
    }

    private var audit: DoctorCheck {
        do {
            let reading = try Ledger(readingOnly: config.ledgerPath, store: config.storeID)
            defer { try? reading.close() }
            let check = try reading.verify()
            guard let fault = check.faults.first else {
                return DoctorCheck("audit", .ok, "\(check.auditRows) rows, the chain and the ledger's promises hold")
            }
            return DoctorCheck(
                "audit", .fail, fault.words, why: "the record may have been changed",
                remedy: "keep the file as it is, and look with 'vigil audit verify'")
        } catch {
            return DoctorCheck("audit", .fail, (error as? OperationError)?.description ?? "\(type(of: error))")
        }
    }

    /// A day, and two hours for a timer that is late.
    private static let backupHours = 26

    private var backup: DoctorCheck {
        let why = "a disk that dies takes the record of every follow-up along"
        guard let newest = BackupFolder(beside: config.ledgerPath).newest else {
            return DoctorCheck(
                "backup", .warn, "there is none", why: why, remedy: "a daily 'vigil backup', and a copy elsewhere")
        }
        let hours = now.seconds(since: newest.madeAt) / 3_600
        guard hours < Self.backupHours else {
            return DoctorCheck(
                "backup", .warn, "the newest is \(hours) hours old", why: why, remedy: "a daily 'vigil backup'")
        }
        return DoctorCheck("backup", .ok, "the newest is \(hours) hours old; keep a copy on another machine")
    }

    // MARK: Rules, people, channels

    private var approval: DoctorCheck {
        policy.isApproved
            ? DoctorCheck("policy", .ok, "\(policy.shortHash), approved")
            : DoctorCheck(
                "policy", .warn, "\(policy.shortHash) is not approved: shadow", why: "vigil lists, and pages nobody",
                remedy: "a clinician reads it and runs 'vigil policy approve'")
    }

    private var schedule: DoctorCheck {
        guard config.notify.paging != nil, let schedule = try? control.pagers.currentSchedule() else {
            return DoctorCheck(
                "on call", .warn, "there is no 'paging' section", why: "nobody can be paged",
                remedy: "add it to vigil.yaml, and an oncall.yaml")
        }
        let gaps = schedule.gaps(.onCall, from: now, days: OperatorConditions.scheduleDays)
        guard let first = gaps.first else {
            return DoctorCheck(
                "on call", .ok, "somebody at every minute of the next \(OperatorConditions.scheduleDays) days")
        }
        return DoctorCheck(
            "on call", .fail, "nobody from \(schedule.zone.rfc3339(first.from)), and \(gaps.count - 1) more gaps",
            why: "the fallback is paged then", remedy: "add a layer without hours at the end of oncall.yaml")
    }

    private var channels: DoctorCheck {
        let failing = control.courier.failing.map(\.text).sorted()
        if !failing.isEmpty {
            return DoctorCheck(
                "channels", .fail, "\(failing.joined(separator: ", ")) did not take the last message",
                why: "a page may reach nobody", remedy: "vigil channel test ID")
        }
        let alone = config.people.filter { $0.role.isClinician && $0.channels.count == 1 }.map(\.id.text)
        if !alone.isEmpty {
            return DoctorCheck(
                "channels", .warn, "\(alone.joined(separator: ", ")): one channel each",
                why: "what fails alone fails whole",
                remedy: "add a second one of another kind")
        }
        return DoctorCheck(
            "channels", .ok, "\(config.notify.channels.count) configured, none failing; try each: vigil channel test ID"
        )
    }

    private var testPage: DoctorCheck {
        guard config.notify.testPage != nil else {
            return DoctorCheck(
                "test page", .warn, "there is none", why: "that pages arrive is not shown",
                remedy: "test_page: in vigil.yaml")
        }
        let isUnanswered = (try? control.ledger.read { try $0.isLastTestUnanswered() }) ?? false
        return isUnanswered
            ? DoctorCheck(
                "test page", .fail, "nobody acknowledged the last one", why: "pages may not be heard",
                remedy: "ask who was on call, and try their channels")
            : DoctorCheck("test page", .ok, "once a week, the last one was answered or is still to come")
    }

    /// No line where none are written.
    private var tasks: [DoctorCheck] {
        guard let condition = control.taskCondition else { return [] }
        do {
            return [try condition.check(control.health.now.taskError, at: now, zone: policy.zone)]
        } catch {
            return [DoctorCheck("tasks", .fail, (error as? OperationError)?.description ?? "\(type(of: error))")]
        }
    }

    // MARK: The machine

    private var journal: DoctorCheck {
        let behind = (try? control.ledger.read { try $0.lastAuditSequence() } - control.ledger.journalSequence()) ?? -1
        return (0...Int64(1_000)).contains(behind)
            ? DoctorCheck("journal", .ok, "\(behind) lines behind the ledger")
            : DoctorCheck(
                "journal", .warn, "\(behind) lines behind the ledger", why: "who reads the journal sees the past",
                remedy: "look whether journald runs")
    }

    private var deadMan: DoctorCheck {
        config.notify.deadMan != nil
            ? DoctorCheck("dead man", .ok, "an outside service is told while all is well")
            : DoctorCheck(
                "dead man", .warn, "nobody outside is told", why: "if this machine dies, nobody hears of it",
                remedy: "dead_man: in vigil.yaml")
    }

    private var sandbox: DoctorCheck {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        var core = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
        guard core.rlim_max == 0 else {
            return DoctorCheck("sandbox", .warn, "a crash may write its memory to disk", why: "it holds client data")
        }
        guard status.contains("NoNewPrivs:\t1"), status.contains("Seccomp:\t2") else {
            return DoctorCheck(
                "sandbox", .warn, "vigil does not run in the sandbox of its unit",
                why: "a fault in it could reach further",
                remedy: "run it as the unit: systemctl start vigil")
        }
        return DoctorCheck("sandbox", .ok, "system calls filtered, no new privileges, no core files")
    }

    private var operatorAlerts: [DoctorCheck] {
        let held = (try? control.ledger.read { try $0.operatorAlerts() }) ?? [:]
        return held.keys.sorted { $0.rawValue < $1.rawValue }.map {
            DoctorCheck("operator", .warn, $0.words)
        }
    }
}
