package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assent.store.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long now;

    private final Loop loop = new Loop() {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            throw new AssertionError("no timer is needed");
        }

        @Override
        public long nanoTime() {
            return now;
        }
    };

    @Test
    void aLoopThatRunsNothingForLongerThanTheLimitHangs() {
        Heartbeat heartbeat = new Heartbeat(loop, Duration.ofSeconds(10), () -> now);
        for (int i = 0; i < 20; i++) {
            assertEquals(Optional.empty(), heartbeat.silence());
            tasks.remove().run();
            now += Duration.ofSeconds(9).toNanos();
        }
        assertEquals(Optional.empty(), heartbeat.silence());
        now += Duration.ofSeconds(10).toNanos();
        assertEquals(Optional.empty(), heartbeat.silence(), "asked for one beat at a time: " + tasks.size());
        assertEquals(1, tasks.size());
        now += 1;
        assertEquals(Optional.of(Duration.ofSeconds(10).plusNanos(1)), heartbeat.silence());
        tasks.remove().run();
        assertEquals(Optional.empty(), heartbeat.silence());
    }
}
