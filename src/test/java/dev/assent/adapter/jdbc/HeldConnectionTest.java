package dev.assent.adapter.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assent.Await;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeldConnectionTest {
    @Test
    void whatIsUnderWayEndsBeforeTheBranchIsPrepared() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        HeldConnection held = new HeldConnection((Connection) Proxy.newProxyInstance(
                HeldConnectionTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    entered.countDown();
                    leave.await();
                    order.add("call");
                    return null;
                }));
        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> {
            try {
                held.guarded().clearWarnings();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        entered.await();
        Thread settling = new Thread(() -> {
            held.settle();
            order.add("settled");
        });
        settling.start();
        Await.until("it waits or has ended", () -> settling.getState() == Thread.State.WAITING || !settling.isAlive());
        leave.countDown();
        call.get(1, TimeUnit.MINUTES);
        settling.join();
        assertEquals(List.of("call", "settled"), order);
        assertThrows(SQLException.class, () -> held.guarded().clearWarnings());
    }
}
