package dev.assent.adapter.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.participant.Prepared;
import dev.assent.protocol.BranchId;
import dev.assent.protocol.TransactionId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A coordinator that leads its partition after a restart and has not begun to load lists nothing and calls that success:
 * a participant would take its prepared branches for ended.
 */
class KafkaListingTest {
    /** As the lab's broker has it. */
    private static final Set<Integer> PARTITIONS = Set.of(0, 1, 2);

    private static KafkaLab lab;

    private final List<String> calls = new ArrayList<>();
    private final Set<Integer> answered = new TreeSet<>();

    @BeforeAll
    static void start() throws Exception {
        lab = KafkaLab.shared();
    }

    @AfterAll
    static void close() throws Exception {
        lab.closeOpened();
    }

    @Test
    void everyCoordinatorHasLoadedBeforeItLists() throws Exception {
        BranchId branch = new BranchId(UUID.randomUUID(), TransactionId.of(1, 1), "listed", "00000000000000cc");
        KafkaResource resource = (KafkaResource) lab.open();
        assertEquals(Prepared.yes(), resource.prepare(branch, KafkaLab.bytes("listed")));
        Admin real = Admin.create(lab.kafka().clientSettings());
        Admin watched = (Admin) Proxy.newProxyInstance(
                KafkaListingTest.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    if (method.getName().equals("describeTransactions")) {
                        for (Object id : (Collection<?>) arguments[0]) {
                            answered.add(Utils.abs(id.hashCode()) % PARTITIONS.size());
                        }
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (CoordinatorTransactions transactions = new CoordinatorTransactions(watched, () -> {
            throw new IllegalStateException("a listing changes nothing");
        })) {
            assertEquals(List.of(branch), List.copyOf(transactions.open("listed")));
        }
        assertEquals(PARTITIONS, answered);
        int asked = calls.indexOf("describeTransactions");
        assertTrue(asked >= 0 && asked < calls.indexOf("listTransactions"), calls::toString);
        resource.rollback(branch);
    }
}
