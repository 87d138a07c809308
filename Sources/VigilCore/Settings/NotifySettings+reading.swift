extension NotifySettings {
    /// Reads the sections of `vigil.yaml` that tell people something. Whatever they name must exist: a page to a channel of
    /// another name would be found out at night.
    init(reading reader: ConfigReader, people: [Person], path: (String) -> String) {
        channels = reader.sections("channels", required: false).compactMap { ChannelSettings(reading: $0) }
        for (id, held) in Dictionary(grouping: channels, by: \.id) where held.count > 1 {
            reader.issue("channels: the id '\(id.text)' is used \(held.count) times")
        }
        paging = reader.has("paging") ? PagingSettings(reading: reader.section("paging"), path: path) : nil
        testPage = reader.has("test_page") ? TestPageRound(reading: reader.section("test_page")) : nil
        digest = reader.has("digest") ? DigestRound(reading: reader.section("digest")) : nil
        quietHours = reader.has("quiet_hours") ? QuietHours(reading: reader.section("quiet_hours")) : nil
        let operatorSection = reader.section("operator", required: false)
        operatorChannels = operatorSection.channelIDs("channels")
        operatorRepeatHours = operatorSection.integer("repeat_hours", in: 1...168, default: 4)
        operatorSection.refuseUnknownKeys()
        deadMan = reader.has("dead_man") ? DeadManSettings(reading: reader.section("dead_man")) : nil
        web = reader.has("web") ? WebSettings(reading: reader.section("web")) : nil
        checkNames(reader, people)
    }

    private func checkNames(_ reader: ConfigReader, _ people: [Person]) {
        let known = Set(channels.map(\.id))
        var named: [(String, [ChannelID])] = people.map { ("people: \($0.id.text)", $0.channels) }
        named += people.map { ("people: \($0.id.text): digest", [$0.digest].compactMap(\.self)) }
        named.append(("operator.channels", operatorChannels))
        if let paging { named.append(("paging.alarm", paging.alarm)) }
        for (place, ids) in named {
            for id in ids where !known.contains(id) {
                let near = nearest(to: id.text, among: known.map(\.text)).map { "; did you mean '\($0)'?" } ?? ""
                reader.issue("\(place): there is no channel '\(id.text)'\(near)")
            }
        }
        guard let paging else { return }
        guard let fallback = people.first(where: { $0.id == paging.fallback }) else {
            reader.issue("paging.fallback: there is no person '\(paging.fallback.text)'")
            return
        }
        if fallback.channels.isEmpty {
            reader.issue("paging.fallback: '\(fallback.id.text)' has no channels; nobody would be paged")
        }
        if !fallback.role.isClinician {
            reader.issue("paging.fallback: '\(fallback.id.text)' must be a clinician, to be able to acknowledge")
        }
    }
}

extension PagingSettings {
    init?(reading reader: ConfigReader, path: (String) -> String) {
        schedulePath = path(reader.text("schedule"))
        alarm = reader.channelIDs("alarm")
        let text = reader.text("fallback")
        reader.refuseUnknownKeys()
        if alarm.isEmpty {
            reader.issue("\(reader.path).alarm: name at least one channel for the time when nobody's own takes a page")
        }
        guard let person = PersonID(text) else {
            reader.issue("\(reader.path).fallback must be the id of a person")
            return nil
        }
        fallback = person
    }
}

extension TestPageRound {
    init(reading reader: ConfigReader) {
        self.init(weekday: reader.choice("on", Weekday.self).number, minute: reader.minuteOfDay("at"))
        reader.refuseUnknownKeys()
    }

    private enum Weekday: String, CaseIterable {
        case mon, tue, wed, thu, fri, sat, sun

        var number: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) + 1 }
    }
}

extension DigestRound {
    init(reading reader: ConfigReader) {
        self.init(minute: reader.minuteOfDay("at"))
        reader.refuseUnknownKeys()
    }
}

extension DeadManSettings {
    init(reading reader: ConfigReader) {
        // A credential: who knows the address can silence the alarm.
        url = reader.credential("url")
        everySeconds = reader.integer("every_seconds", in: 10...3_600, default: 60)
        network = ChannelSettings.Network(reading: reader)
        reader.refuseUnknownKeys()
    }
}

extension WebSettings {
    init(reading reader: ConfigReader) {
        listenPort = reader.has("listen_port") ? reader.integer("listen_port", in: 1...65_535) : nil
        let text = reader.text("public_url", default: "")
        publicURL = text.isEmpty ? nil : text
        // Plain HTTP on this machine alone is for trying it out.
        let isOfThisMachine = ["http://127.0.0.1:", "http://localhost:"].contains { text.hasPrefix($0) }
        let isPlainURL =
            (text.hasPrefix("https://") || isOfThisMachine) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && !text.hasSuffix("/")
            // A comma or semicolon would end the address in the header of a push message's button.
            && !text.contains(where: { "?#@,;'\"".contains($0) })
        if !text.isEmpty, !isPlainURL {
            reader.issue(
                "\(reader.name("public_url")) must be an https address such as https://vigil.example.org, without a"
                    + " slash at the end", at: reader.node("public_url")?.place)
        }
        hasFeeds = reader.flag("feeds", default: false)
        if reader.has("proxy") { proxy = Proxy(reading: reader.section("proxy")) }
        reader.refuseUnknownKeys()
    }
}

extension WebSettings.Proxy {
    init(reading reader: ConfigReader) {
        header = reader.text("header")
        addresses = reader.texts("addresses", required: false).map(\.0)
        if header.isEmpty || !header.utf8.allSatisfy({ (0x30...0x7A).contains($0) || $0 == UInt8(ascii: "-") }) {
            reader.issue("\(reader.name("header")) must be the name of a header such as X-Remote-User")
        }
        if addresses.isEmpty {
            reader.issue(
                "\(reader.name("addresses")) names no proxy: anybody who reaches the port could say who they are; list the"
                    + " proxy's addresses, such as [127.0.0.1]")
        }
        reader.refuseUnknownKeys()
    }
}

extension ConfigReader {
    /// Names of channels; a malformed one is an issue at its place.
    func channelIDs(_ key: String) -> [ChannelID] {
        texts(key, required: false).compactMap { text, place in
            guard let id = ChannelID(text) else {
                issue("'\(text)' is not a channel's name: 1 to 32 characters of a-z, 0-9, _ and -", at: place)
                return nil
            }
            return id
        }
    }
}
