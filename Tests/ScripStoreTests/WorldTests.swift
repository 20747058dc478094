import Glibc
import ScripCore
import ScripStore
import Testing

@Suite struct WorldTests {
    @Test func `a fixed clock stands still while its milliseconds go on`() throws {
        let time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        let clock = World.system(at: time).clock
        #expect(clock.now() == time)
        let before = clock.elapsedMilliseconds()
        clock.sleep(milliseconds: 5)
        #expect(clock.elapsedMilliseconds() >= before + 5)
        clock.sleep(milliseconds: 0)
        clock.sleep(milliseconds: -1)
        #expect(clock.now() == time)
    }

    @Test func `the clock of the machine is that of time(2)`() {
        let now = World.system().clock.now().seconds
        let seconds = Int64(time(nil))
        #expect(abs(now - seconds) <= 2)
    }

    @Test func `random bytes are as many as asked for, and others each time`() {
        let randomness = SystemRandomness()
        for count in [0, 1, 7, 8, 9, 16, 31, 100] { #expect(randomness.bytes(count).count == count) }
        #expect(randomness.bytes(16) != randomness.bytes(16))
        #expect(Set(randomness.bytes(10_000)).count == 256)
    }

    @Test func `variables of the environment are read`() {
        #expect(ProcessEnvironment.value("PATH") != nil)
        #expect(ProcessEnvironment.value("SCRIP_NO_SUCH_VARIABLE") == nil)
    }
}
