import Testing
import VigilCore
import VigilTestKit

/// What the operator is told: at once, again while it stays wrong, and that it is over (I24).
@Suite struct OperatorWatchTests {
    private let now = PagerRun.noon
    private let watch = OperatorWatch(channels: [channel("ops"), channel("mail")], repeatHours: 4)

    private struct Told: Equatable {
        var raised: [OperatorAlert] = []
        var closed: [OperatorAlert] = []
        /// `ops store_stale` or `ops store_stale over`, and after how many minutes.
        var messages: [String] = []
    }

    private func told(
        _ watch: OperatorWatch, holding: Set<OperatorAlert>, held: [OperatorAlert: WallTime], heldBackMinutes: Int = 0
    ) -> Told {
        var random = SeededRandom(seed: 3)
        var told = Told()
        let acts = watch.decide(
            holding: holding, held: held, at: now, hold: { $0.adding(minutes: heldBackMinutes) }, random: &random)
        var keys: Set<DeliveryKey> = []
        for act in acts {
            switch act.effect {
            case .raiseOperatorAlert(let alert): told.raised.append(alert)
            case .closeOperatorAlert(let alert): told.closed.append(alert)
            case .addDelivery(let delivery):
                guard case .operatorAlert(let alert, let isOver) = delivery.message.content else { continue }
                let minutes = delivery.nextAt.seconds(since: now) / 60
                told.messages.append(
                    "\(delivery.channel) \(alert.rawValue)\(isOver ? " over" : "")\(minutes > 0 ? " +\(minutes)" : "")")
                #expect(delivery.purpose == .operatorAlert && keys.insert(delivery.message.key).inserted)
                #expect(act.reason == (isOver ? .conditionOver : .conditionHolds))
            default: Issue.record("an act that no watch makes")
            }
        }
        return told
    }

    @Test func whatBeginsIsSaidAtOnceOnEveryRoute() {
        #expect(
            told(watch, holding: [.storeStale], held: [:])
                == Told(raised: [.storeStale], messages: ["ops store_stale", "mail store_stale"]))
    }

    @Test(arguments: [(0, false), (14_399, false), (14_400, true), (-1, true), (-31_536_000, true)])
    func whatStaysIsSaidAgain(secondsAgo: Int, isSaid: Bool) {
        let told = told(watch, holding: [.auditBroken], held: [.auditBroken: now.adding(seconds: -secondsAgo)])
        #expect(
            told
                == (isSaid
                    ? Told(raised: [.auditBroken], messages: ["ops audit_broken", "mail audit_broken"]) : Told()))
    }

    @Test func whatIsOverIsSaidOnce() {
        #expect(
            told(watch, holding: [], held: [.shadowMode: now])
                == Told(closed: [.shadowMode], messages: ["ops shadow_mode over", "mail shadow_mode over"]))
        #expect(told(watch, holding: [], held: [:]) == Told())
    }

    /// Quiet hours hold the message, and not the record.
    @Test func quietHoursHoldTheMessageOnly() {
        #expect(
            told(watch, holding: [.scheduleGap], held: [:], heldBackMinutes: 90)
                == Told(raised: [.scheduleGap], messages: ["ops schedule_gap +90", "mail schedule_gap +90"]))
    }

    @Test func withoutARouteTheJournalSaysIt() {
        let silent = OperatorWatch(channels: [], repeatHours: 4)
        #expect(
            told(silent, holding: Set(OperatorAlert.allCases), held: [:]) == Told(raised: OperatorAlert.allCases))
    }
}
