internal import VigilCore
internal import VigilSQL

/// What the demo practice has planned with its clients, who pays, and who waits.
///
/// Drawn from streams of its own, so that the clients' stories stay as they were before there were books.
struct DemoBooks {
    let seed: UInt64
    let calendar: DemoCalendar

    /// Streams beyond those of the clients.
    private static let firstStream = 100_000

    /// - Parameter everyWeeks: how often the client has an hour.
    func keep(_ client: inout DemoClient, number: Int, everyWeeks: Int) {
        var dice = DemoDice(seed: seed, stream: Self.firstStream + number)
        plan(&client, everyWeeks, &dice)
        cover(&client, &dice)
    }

    private func plan(_ client: inout DemoClient, _ everyWeeks: Int, _ dice: inout DemoDice) {
        // One in four has no plan on file: what their bookings show must do.
        guard dice.chance(perMille: 750) else { return }
        var plan = DemoCarePlan(cadenceDays: 7 * everyWeeks)
        if client.safetyPlan == true {
            plan.safetyPlanReviewOn = calendar.today.adding(days: dice.number(in: -40...60))
        }
        if let treatment = client.treatment, treatment.traumaFocused {
            plan.nextStep = Self.steps[treatment.name].map { dice.pick($0) }
        }
        client.carePlan = plan
    }

    private func cover(_ client: inout DemoClient, _ dice: inout DemoDice) {
        // One in twelve has nothing on file.
        guard dice.chance(perMille: 917) else { return }
        let payer = dice.pick(Self.payers, weight: \.weight).name
        // A sliding scale for some who pay themselves.
        let fee = payer == "self" && dice.chance(perMille: 400) ? dice.number(in: 12...28) * 500 : nil
        client.coverage = DemoCoverage(payer: payer, feeCents: fee)
    }

    /// Two dozen who wait: most of them new, some clients of the practice who want another hour.
    var waitingList: [DemoRow] {
        var dice = DemoDice(seed: seed, stream: Self.firstStream - 1)
        return (0..<24).map { number in
            let isClient = dice.chance(perMille: 300)
            let therapist = dice.chance(perMille: 500) ? dice.number(in: 0...DemoCaseload.therapists - 1) : nil
            return DemoRow(
                table: .waitingList,
                values: [
                    .text("W\(padded(number + 1, 3))"),
                    .text(orNull: isClient ? "C\(1_001 + dice.number(in: 0...DemoCaseload.clients - 1))" : nil),
                    .text(calendar.today.adding(days: -dice.number(in: 1...120)).iso),
                    .text(orNull: therapist.map(DemoClient.therapistID)),
                    .text(orNull: dice.pick(["individual", "individual", "individual", nil, "group"])),
                ])
        }
    }

    private static let payers: [(name: String, weight: Int)] = [
        ("blue_harbor", 32), ("northstar", 22), ("self", 20), ("medicaid", 18), ("medicare", 8),
    ]

    private static let steps = [
        "CPT": ["impact statement", "worksheet on safety and trust", "second written account"],
        "PE": ["first imaginal exposure", "going through the hierarchy", "hot spots"],
        "EMDR": ["target for the next set", "safe place exercise", "body scan"],
    ]
}
