extension OnCallSchedule {
    /// Reads `oncall.yaml`. Look at `reader.issues` before using the result.
    package init(reading reader: ConfigReader) {
        if reader.text("version") != Self.version {
            reader.issue("version must be '\(Self.version)'; this vigil knows no other")
        }
        let zone = reader.zone("zone")
        var layers: [Rota: [OnCallLayer]] = [:]
        var overrides: [OnCallOverride] = []
        for rota in Rota.allCases {
            guard reader.has(rota.rawValue) else {
                if rota == .onCall { reader.issue("\(rota.rawValue) is missing") }
                continue
            }
            let section = reader.section(rota.rawValue)
            layers[rota] = Self.layers(reading: section)
            overrides += section.sections("overrides", required: false).compactMap {
                OnCallOverride(reading: $0, rota: rota, zone: zone)
            }
            section.refuseUnknownKeys()
        }
        reader.refuseUnknownKeys()
        self.init(zone: zone, layers: layers, overrides: overrides)
    }

    private static func layers(reading section: ConfigReader) -> [OnCallLayer] {
        let readers = section.sections("layers")
        if let node = section.node("layers"), case .list(let items) = node.content, items.isEmpty {
            section.issue("\(section.name("layers")) needs at least one layer", at: node.place)
        }
        let layers = readers.map { OnCallLayer(reading: $0) }
        // At the second of the two: the first one keeps its name.
        for (index, layer) in layers.enumerated() where !layer.id.isEmpty {
            if layers[..<index].contains(where: { $0.id == layer.id }) {
                let count = layers.count { $0.id == layer.id }
                readers[index].issue(
                    "\(section.path): the layer id '\(layer.id)' is used \(count) times",
                    at: readers[index].node("id")?.place)
            }
        }
        return layers
    }
}

extension OnCallLayer {
    init(reading reader: ConfigReader) {
        id = reader.text("id")
        people = reader.people("people")
        rotation = reader.has("rotation") ? Rotation(reading: reader.section("rotation")) : nil
        if !reader.has("rotation"), people.count > 1 {
            reader.issue("\(reader.path) has several people and no rotation: who begins, and when do they change?")
        }
        hours = reader.sections("hours", required: false).map { WeeklyWindow(reading: $0) }
        reader.refuseUnknownKeys()
    }
}

extension OnCallLayer.Rotation {
    private enum Unit: String, CaseIterable {
        case days, weeks
    }

    init?(reading reader: ConfigReader) {
        let every = reader.integer("every", in: 1...52)
        days = every * (reader.choice("unit", Unit.self) == .weeks ? 7 : 1)
        minute = reader.minuteOfDay("at")
        let text = reader.text("from")
        reader.refuseUnknownKeys()
        guard let from = LocalDay(iso: text) else {
            if !text.isEmpty {
                reader.issue("\(reader.name("from")) must be a day such as 2026-01-05", at: reader.node("from")?.place)
            }
            return nil
        }
        self.from = from
    }
}

extension OnCallOverride {
    init?(reading reader: ConfigReader, rota: OnCallSchedule.Rota, zone: Zone) {
        func time(_ key: String) -> WallTime? {
            let text = reader.text(key)
            let time = LocalTimeText.time(text, in: zone)
            if time == nil, !text.isEmpty {
                reader.issue(
                    "\(reader.name(key)) must be a local time such as 2026-12-24 17:00", at: reader.node(key)?.place)
            }
            return time
        }
        let (from, until) = (time("from"), time("until"))
        let person = reader.person("person")
        reader.refuseUnknownKeys()
        guard let from, let until, let person else { return nil }
        if until <= from { reader.issue("\(reader.path) ends before it begins", at: reader.node("until")?.place) }
        self.init(rota: rota, from: from, until: until, person: person)
    }
}

extension ConfigReader {
    /// The id of a person; an issue at its place when it is none.
    func person(_ key: String) -> PersonID? {
        let text = text(key)
        let person = PersonID(text)
        if person == nil, !text.isEmpty {
            issue("\(name(key)): '\(text)' is not a person's id: 1 to 32 of a-z, 0-9, _ and -", at: node(key)?.place)
        }
        return person
    }

    func people(_ key: String) -> [PersonID] {
        let found = texts(key)
        if found.isEmpty, has(key) { issue("\(name(key)) names nobody", at: node(key)?.place) }
        return found.compactMap { text, place -> PersonID? in
            let person = PersonID(text)
            if person == nil {
                issue("'\(text)' is not a person's id: 1 to 32 of a-z, 0-9, _ and -", at: place)
            }
            return person
        }
    }
}
