import Testing
import VigilCore
import VigilSystemd

@Suite struct StatusLineTests {
    // 2026-11-24T19:02:00Z
    private let read = WallTime(seconds: 1_795_546_920)

    @Test func aQueueInWords() throws {
        let zone = try #require(Zone(identifier: "America/New_York"))
        let line = StatusLine(
            .watching, counts: [.contactNow: 1, .followUps: 3, .sessionsToday: 37], lastRead: (read, zone))
        #expect(
            line.text
                == "Watching; 3 follow-ups waiting; 1 to contact now; 37 sessions today; last read 2:02pm on 24 November"
        )
    }

    @Test func oneIsNotSeveral() {
        let line = StatusLine(.watching, counts: [.followUps: 1, .sessionsToday: 1, .unreadable: 1])
        #expect(line.text == "Watching; 1 follow-up waiting; 1 session today; 1 unreadable record")
    }

    @Test func anEmptyQueueIsNotABrokenStore() {
        let empty = StatusLine(.watching, counts: [.followUps: 0], lastRead: (read, .utc)).text
        #expect(empty == "Watching; 0 follow-ups waiting; last read 7:02pm on 24 November")
        let broken = StatusLine(.storeUnreadable, counts: [.followUps: 0], lastRead: (read, .utc)).text
        #expect(broken.hasPrefix("Cannot read the appointment store, follow-ups may be missing; "))
    }

    @Test(arguments: StatusLine.State.allCases) func shadowModeIsAlwaysSaid(state: StatusLine.State) {
        let text = StatusLine(state, shadow: true).text
        #expect(text.contains("shadow mode, nobody is paged"))
        #expect(!text.contains("\n"))
    }
}
