/// The clinic's rules as a value: every number comes from `config/policy.yaml`, none from the code.
package struct Policy: Sendable {
    /// Full SHA-256 of the policy's content in hexadecimal; set by VigilPolicy, which reads the file.
    package var hash: String
    /// Whether a clinician has approved exactly this content. Until then vigil lists and pages nobody.
    package var isApproved: Bool

    package let zone: Zone
    package let hours: WorkingHours
    package let detection: DetectionRules
    package let tierPoints: TierPoints
    package let domainCaps: [Domain: Int]
    /// `now` by points needs A, B, or a transition of more points than this (clinical.md section 2).
    package let transitionPointsForNow: Int
    package let factors: [any RiskFactor]
    /// Every citation of a factor's section, for findings that rest on no single number: absent and not known.
    package let citations: [RuleID: String]
    package let floors: [Floor]
    package let flags: [ConfiguredFlag]
    package let protocols: [Tier: TierProtocol]
    /// What `lowered` sessions in psychiatric care get (clinical.md section 4).
    package let inCareTask: TaskTemplate
    package let escalation: Escalation
    package let care: CareRules
    package let load: LoadTargets
    /// A citation whose newest year is longer ago is to be looked at again; nil when the policy sets no limit.
    package let evidenceYears: Int?

    /// First 12 digits of the hash: enough to tell two policies apart in a journal line.
    package var shortHash: String { String(hash.prefix(12)) }

    package var detector: MissDetector { MissDetector(rules: detection, zone: zone, hours: hours) }

    /// A flag with its citation.
    package struct ConfiguredFlag: Sendable {
        package let flag: any EngagementFlag
        package let id: RuleID
        package let basis: String
        /// What a clinician would say about it to the client; nil for none.
        package let say: String?
    }

    /// What to say about a flag, by its id.
    package var sayings: [RuleID: String] {
        Dictionary(flags.compactMap { flag in flag.say.map { (flag.id, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// Smallest sums of points that give a tier.
    package struct TierPoints: Sendable, Hashable {
        package var next: Int
        package var today: Int
        package var now: Int

        package func tier(of points: Int) -> Tier {
            points >= now ? .now : points >= today ? .today : points >= next ? .next : .routine
        }
    }

    /// Reads the whole policy. Look at `reader.issues` before using the result.
    ///
    /// - Parameter known: the practice's zone when it has been read already: making one asks for a century of clock changes.
    package init(reading reader: ConfigReader, zone known: Zone? = nil) {
        hash = ""
        isApproved = false
        if reader.text("version") != Self.version {
            reader.issue("version must be '\(Self.version)'; this vigil knows no other")
        }
        let practice = reader.section("practice")
        zone = known ?? practice.zone("zone")
        _ = practice.node("zone")
        hours = WorkingHours(reading: practice)
        practice.refuseUnknownKeys()
        detection = DetectionRules(reading: reader.section("detection"))
        tierPoints = TierPoints(reading: reader.section("tiers"))
        let caps = reader.section("domain_caps")
        var domainCaps: [Domain: Int] = [:]
        for domain in Domain.allCases where caps.has(domain.rawValue) {
            domainCaps[domain] = caps.integer(domain.rawValue, in: 0...20)
        }
        caps.refuseUnknownKeys()
        self.domainCaps = domainCaps
        let gate = reader.section("now_by_points")
        transitionPointsForNow = gate.integer("transition_points_over", in: 0...20)
        gate.refuseUnknownKeys()

        let factorSection = reader.section("factors")
        var citations: [RuleID: String] = [:]
        factors = RiskFactorCatalog.types.map { type in
            citations[type.id] = factorSection.node(type.id.text).map { $0.citations.joined(separator: "; ") }
            let section = factorSection.section(type.id.text)
            _ = section.text("label")
            let factor = type.init(reading: section)
            section.refuseUnknownKeys()
            return factor
        }
        factorSection.refuseUnknownKeys()
        self.citations = citations

        floors = reader.sections("floors").compactMap { Floor(reading: $0) }
        let flagSection = reader.section("engagement")
        flags = EngagementFlagCatalog.types.map { type in
            let section = flagSection.section(type.id.text)
            let flag = type.init(reading: section)
            let basis = section.text("basis")
            let say = section.has("say") ? section.text("say") : nil
            section.refuseUnknownKeys()
            return ConfiguredFlag(flag: flag, id: type.id, basis: basis, say: say)
        }
        flagSection.refuseUnknownKeys()

        let protocolSection = reader.section("protocol")
        var protocols: [Tier: TierProtocol] = [:]
        for tier in Tier.allCases {
            protocols[tier] = TierProtocol(reading: protocolSection.section(tier.rawValue))
        }
        inCareTask = TaskTemplate(reading: protocolSection.section("in_care"))
        protocolSection.refuseUnknownKeys()
        self.protocols = protocols
        escalation = Escalation(reading: reader.section("escalation"))
        care = CareRules(reading: reader.section("care"))
        load = LoadTargets(reading: reader.section("load"))
        let evidence = reader.section("evidence", required: false)
        evidenceYears =
            evidence.has("look_again_after_years") ? evidence.integer("look_again_after_years", in: 1...100) : nil
        _ = evidence.node("basis")
        evidence.refuseUnknownKeys()
        // Read by VigilPolicy, which knows the hash; named here so that it is not an unknown key.
        _ = reader.node("approval")
        reader.refuseUnknownKeys()
        for floor in Dictionary(grouping: floors, by: \.id) where floor.value.count > 1 {
            reader.issue("floor '\(floor.key)' stands in the list twice")
        }
    }

    package static let version = "vigil.policy/1"
}

extension ConfigNode {
    /// The texts under every `basis` in this node, each once, in the order of the file.
    fileprivate var citations: [String] {
        var found: [String] = []
        func walk(_ node: ConfigNode) {
            switch node.content {
            case .scalar: break
            case .list(let items): items.forEach(walk)
            case .map(let entries):
                for entry in entries {
                    if entry.key == "basis", case .scalar(let text, _) = entry.value.content, !found.contains(text) {
                        found.append(text)
                    }
                    walk(entry.value)
                }
            }
        }
        walk(self)
        return found
    }
}

extension Policy.TierPoints {
    init(reading reader: ConfigReader) {
        next = reader.integer("next_from_points", in: 1...100)
        today = reader.integer("today_from_points", in: 1...100)
        now = reader.integer("now_from_points", in: 1...100)
        if !(next < today && today < now) {
            reader.issue("points must rise from next_from_points to today_from_points to now_from_points")
        }
        reader.refuseUnknownKeys()
    }
}

extension WorkingHours {
    init(reading reader: ConfigReader) {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        var weekdays: Set<Int> = []
        for (text, place) in reader.texts("working_days") {
            guard let index = names.firstIndex(of: text.lowercased()) else {
                reader.issue("'\(text)' is not a weekday; write one of \(names.joined(separator: ", "))", at: place)
                continue
            }
            weekdays.insert(index + 1)
        }
        let opens = reader.minuteOfDay("opens")
        let closes = reader.minuteOfDay("closes")
        if closes <= opens { reader.issue("\(reader.name("closes")) must be later than opens") }
        var holidays: Set<LocalDay> = []
        for (text, place) in reader.texts("holidays", required: false) {
            guard let day = LocalDay(iso: text) else {
                reader.issue("'\(text)' is not a day such as 2026-12-25", at: place)
                continue
            }
            holidays.insert(day)
        }
        self.init(weekdays: weekdays, opensMinute: opens, closesMinute: closes, holidays: holidays)
    }
}

extension ConfigReader {
    /// An IANA zone that this program knows; UTC and an issue otherwise.
    package func zone(_ key: String) -> Zone {
        let name = text(key)
        guard let zone = Zone(identifier: name), !name.isEmpty else {
            if node(key) != nil {
                issue("\(self.name(key)) '\(name)' is not a time zone such as America/New_York", at: node(key)?.place)
            }
            return .utc
        }
        return zone
    }

    /// `09:00` as minutes since midnight.
    package func minuteOfDay(_ key: String) -> Int {
        guard let node = node(key) else {
            issue("\(name(key)) is missing")
            return 0
        }
        guard case .scalar(let text, _) = node.content else {
            issue("\(name(key)) must be a time such as 09:00", at: node.place)
            return 0
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else {
            issue("\(name(key)) must be a time such as 09:00", at: node.place)
            return 0
        }
        return hour * 60 + minute
    }
}
