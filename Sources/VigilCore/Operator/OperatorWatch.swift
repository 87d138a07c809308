/// Tells the operator what is wrong, again while it stays wrong, and when it is over (I24): on a route of its own, never the
/// clinician's.
package struct OperatorWatch: Sendable {
    /// The operator's own channels; may be none, then only journal and status say it.
    package let channels: [ChannelID]
    package let repeatHours: Int

    package init(channels: [ChannelID], repeatHours: Int) {
        self.channels = channels
        self.repeatHours = repeatHours
    }

    /// - Parameters:
    ///   - holding: what is wrong now.
    ///   - held: what was said already, and when last.
    package func decide(
        holding: Set<OperatorAlert>, held: [OperatorAlert: WallTime], at now: WallTime, hold: (WallTime) -> WallTime,
        random: inout some RandomSource
    ) -> [Act] {
        var acts: [Act] = []
        for alert in OperatorAlert.allCases {
            switch (holding.contains(alert), held[alert]) {
            case (true, nil):
                acts.append(Act(.raiseOperatorAlert(alert), because: .conditionHolds))
                acts += tell(alert, isOver: false, at: hold(now), random: &random)
            case (true, let told?):
                let passed = now.seconds(since: told)
                guard passed >= Int64(repeatHours) * 3_600 || passed < 0 else { continue }
                acts.append(Act(.raiseOperatorAlert(alert), because: .conditionHolds))
                acts += tell(alert, isOver: false, at: hold(now), random: &random)
            case (false, .some):
                acts.append(Act(.closeOperatorAlert(alert), because: .conditionOver))
                acts += tell(alert, isOver: true, at: hold(now), random: &random)
            case (false, nil): continue
            }
        }
        return acts
    }

    private func tell(
        _ alert: OperatorAlert, isOver: Bool, at time: WallTime, random: inout some RandomSource
    ) -> [Act] {
        channels.map { channel in
            let key = DeliveryKey(from: &random)
            return Act(
                .addDelivery(
                    Delivery(
                        .operatorAlert, Message(.operatorAlert(alert, isOver: isOver), key: key), channel: channel,
                        nextAt: time)), because: isOver ? .conditionOver : .conditionHolds)
        }
    }
}
