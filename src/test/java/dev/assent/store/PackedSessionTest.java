package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.TransactionId;
import dev.assent.store.WriteResult.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that share znodes behave as if each had its own. */
class PackedSessionTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int SIZE = 3;
    private static final String OWN = "/transactions/1/1-000000000000a100";

    private final Random random = new Random(7);
    private final VirtualLoop loop = new VirtualLoop();
    private final InMemoryEnsemble.Conditions conditions = new InMemoryEnsemble.Conditions();
    private final InMemoryEnsemble ensemble = new InMemoryEnsemble(loop, random::nextLong, conditions);
    private final Watcher watcher = new Watcher();
    private Client first;
    private Client second;

    /** One client, and the multi that it has on its way. */
    private final class Client implements Store.SessionListener {
        final InMemoryStore znodes = ensemble.open(loop);
        Session session;
        List<Op> asked;
        /** What the multi would have been answered each time something of it was judged. */
        final List<WriteResult> moments = new ArrayList<>();

        int changes;

        Client() {
            new PackedStore(znodes).listen(this);
            loop.until("connected", LIMIT, () -> session != null);
        }

        @Override
        public void connected(Session connected) {
            session = connected;
        }

        @Override
        public void suspended() {}

        <T> T get(CompletableFuture<T> future) {
            loop.until("answered", LIMIT, future::isDone);
            return future.join();
        }

        WriteResult write(Op... ops) {
            return get(session.write(List.of(ops)));
        }
    }

    /** Keeps a tree in which each has nodes of its own beside the real one. */
    private static final class Watcher implements InMemoryEnsemble.Observer {
        final InMemoryTree expected = new InMemoryTree();
        final Map<Long, Client> clients = new TreeMap<>();

        @Override
        public void before(InMemoryTree tree, long session, List<Op> ops) {
            Client client = clients.get(session);
            if (client != null && client.asked != null) {
                client.moments.add(judge(client.asked));
            }
        }

        private WriteResult judge(List<Op> ops) {
            List<Op> alone = new ArrayList<>(ops);
            // Refused for sure, so that nothing changes: what is refused before it is refused for its own reason.
            alone.add(Op.check("/nowhere", 0));
            WriteResult result = expected.apply(alone, 0, 0, new ArrayList<>());
            return result.failedOperation() == ops.size() ? WriteResult.OK : result;
        }

        @Override
        public void committed(InMemoryTree tree, long session, List<Op> ops) {
            Client client = clients.get(session);
            if (client == null || client.asked == null || ops.stream().allMatch(op -> op.kind() == Op.Kind.CHECK)) {
                return;
            }
            client.changes++;
            WriteResult result = expected.apply(client.asked, session, 0, new ArrayList<>());
            assertTrue(result.ok(), () -> "written as " + ops + ", which is " + result + " of " + client.asked);
            compare(tree);
        }

        private void compare(InMemoryTree tree) {
            for (String path : nodes()) {
                SharedPath at = SharedPath.of(path).orElseThrow();
                Optional<Node> shown =
                        SharedNode.of(at.znode(), tree.read(at.znode())).member(at.place());
                assertEquals(expected.exists(path), shown.isPresent(), path);
                shown.ifPresent(node -> {
                    assertEquals(expected.version(path), node.version(), path);
                    assertEquals(text(expected.data(path)), text(node.data()), path);
                });
            }
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    private static byte[] json(int number) {
        return ("{\"v\":1,\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static TransactionId id(int place) {
        return TransactionId.together(1, 0xabcdL << 16, SIZE, place);
    }

    private static String record(int place) {
        return Paths.record(id(place));
    }

    private static String slot(int place) {
        return Paths.slot(id(place), "a");
    }

    private static String entry(int place) {
        return Paths.inboxEntry("a", id(place));
    }

    private static List<String> nodes() {
        return IntStream.rangeClosed(1, SIZE)
                .boxed()
                .flatMap(place -> List.of(record(place), slot(place), entry(place)).stream())
                .toList();
    }

    private static List<Op> begin(int place) {
        return List.of(
                Op.check("/transactions/1", 0),
                Op.create(record(place), json(place)),
                Op.createEmpty(slot(place)),
                Op.create(entry(place), json(place)));
    }

    private void begin(int... places) {
        List<Op> ops = new ArrayList<>();
        IntStream.of(places).forEach(place -> ops.addAll(begin(place)));
        first.asked = ops;
        assertEquals(WriteResult.OK, first.get(first.session.write(ops)));
        first.asked = null;
        first.changes = 0;
    }

    @BeforeEach
    void connect() {
        first = new Client();
        List<Op> parents = new ArrayList<>();
        for (String path : List.of(
                "/",
                "/transactions",
                "/transactions/1",
                "/participants",
                "/participants/a",
                "/participants/a/inbox",
                "/participants/a/inbox/1",
                OWN)) {
            parents.add(Op.createEmpty(path));
        }
        assertTrue(first.get(first.session.write(parents)).ok());
        watcher.expected.apply(parents, 0, 0, new ArrayList<>());
        second = new Client();
        ensemble.observe(watcher);
        watcher.clients.put(first.session.id(), first);
        watcher.clients.put(second.session.id(), second);
    }

    @Test
    void whatSharesAZnodeIsOneZnodeThatPeopleCanRead() {
        begin(1, 2);
        String znode = Paths.record(TransactionId.of(1, 0xabcdL << 16 | SIZE << 8));
        assertEquals(
                "{\"v\":1\n,\"01\":[0,{\"v\":1,\"n\":1}]\n,\"02\":[0,{\"v\":1,\"n\":2}]}",
                text(ensemble.committed().data(znode)));
        assertEquals(Optional.of(List.of("a")), ensemble.committed().children(znode));
        assertTrue(second.write(Op.set(slot(2), json(5), 0)).ok());
        assertEquals(
                "{\"v\":1\n,\"01\":[0]\n,\"02\":[1,{\"v\":1,\"n\":5}]}",
                text(ensemble.committed().data(znode + "/a")));
    }

    @Test
    void aListingShowsEach() {
        begin(1, 2, 3);
        List<String> names =
                first.get(first.session.children("/transactions/1")).orElseThrow();
        assertEquals(
                List.of("1-000000000000a100", id(1).toString(), id(2).toString(), id(3).toString()),
                names.stream().sorted().toList());
        assertEquals(Optional.of(List.of("a")), first.get(first.session.children(record(2))));
        assertTrue(first.write(Op.delete(slot(2), 0), Op.delete(record(2), 0)).ok());
        assertEquals(Optional.empty(), first.get(first.session.children(record(2))));
    }

    @Test
    void theLastOneTakesTheZnodesAlong() {
        begin(1, 2);
        for (int place = 1; place <= 2; place++) {
            assertTrue(first.write(Op.delete(entry(place), 0), Op.delete(slot(place), 0), Op.delete(record(place), 0))
                    .ok());
        }
        assertEquals(
                Optional.of(List.of("1-000000000000a100")), ensemble.committed().children("/transactions/1"));
        assertEquals(Optional.of(List.of()), ensemble.committed().children("/participants/a/inbox/1"));
    }

    /** Two clients at once, a lagging replica each: what happens and what is answered is as with nodes of their own. */
    @Test
    void behavesAsNodesOfTheirOwn() {
        conditions.hop = Duration.ofMillis(2).toNanos();
        conditions.lag = Duration.ofMillis(20).toNanos();
        int changes = 0;
        int refusals = 0;
        int repeated = 0;
        for (int round = 0; round < 3_000; round++) {
            CompletableFuture<WriteResult> one = ask(first);
            CompletableFuture<WriteResult> two = ask(second);
            loop.until("both are answered", LIMIT, () -> one.isDone() && two.isDone());
            for (Client client : List.of(first, second)) {
                WriteResult result = (client == first ? one : two).join();
                assertTrue(result.status() != Status.LOST, () -> result + " of " + client.asked);
                assertEquals(result.ok() && changesSomething(client.asked) ? 1 : 0, client.changes);
                assertTrue(
                        client.moments.stream()
                                .anyMatch(moment -> moment.status() == result.status()
                                        && moment.failedOperation() == result.failedOperation()),
                        () -> result + " of " + client.asked + " was never so: " + client.moments);
                changes += client.changes;
                refusals += result.ok() ? 0 : 1;
                repeated += client.moments.size() > 1 ? 1 : 0;
                client.asked = null;
            }
        }
        assertTrue(changes > 200 && refusals > 500 && repeated > 100, changes + " " + refusals + " " + repeated);
    }

    private static boolean changesSomething(List<Op> ops) {
        return ops.stream().anyMatch(op -> op.kind() != Op.Kind.CHECK);
    }

    private CompletableFuture<WriteResult> ask(Client client) {
        client.asked = operations();
        client.moments.clear();
        client.changes = 0;
        // What it knows is sometimes new and sometimes old.
        if (random.nextInt(3) == 0) {
            var unused = client.session.read(nodes().get(random.nextInt(nodes().size())));
        }
        return client.session.write(client.asked);
    }

    private List<Op> operations() {
        int place = 1 + random.nextInt(SIZE);
        if (random.nextInt(4) == 0) {
            return begin(place);
        }
        List<Op> ops = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String path = i == 0 && random.nextInt(6) == 0 ? OWN : nodes().get(random.nextInt(nodes().size()));
            // Most are meant for what is there.
            int there = Math.max(0, watcher.expected.version(path));
            int version = random.nextInt(3) == 0 ? Math.max(0, there - 1) : there;
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> ops.add(Op.set(path, json(random.nextInt(100)), version));
                case 5, 6, 7, 8, 9, 10 -> ops.add(Op.check(path, version));
                default -> {
                    if (path.equals(record(place))) {
                        ops.add(Op.delete(slot(place), Op.ANY_VERSION));
                    }
                    boolean otherRecord =
                            path.equals(OWN) || (path.startsWith("/transactions") && !path.endsWith("/a"));
                    if (!otherRecord || path.equals(record(place))) {
                        ops.add(Op.delete(path, version));
                    }
                }
            }
        }
        return ops.isEmpty() ? begin(place) : ops;
    }

    @Test
    void readingsOfOneTurnAreOne() {
        begin(1, 2, 3);
        int[] readings = {0};
        Session counted = new PackedSession(
                new ForwardingSession(second.znodes.session()) {
                    @Override
                    public CompletableFuture<Optional<Node>> read(String path) {
                        readings[0]++;
                        return super.read(path);
                    }
                },
                loop);
        CompletableFuture<Optional<Node>> one = counted.read(record(1));
        CompletableFuture<Optional<Node>> three = counted.read(record(3));
        loop.until("both", LIMIT, () -> one.isDone() && three.isDone());
        assertEquals(1, readings[0]);
        assertEquals(text(json(3)), text(three.join().orElseThrow().data()));
        first.get(counted.read(record(1)));
        assertEquals(2, readings[0]);
    }

    @Test
    void aHintAboutAZnodeIsOneForEachThatChanged() {
        begin(1, 2, 3);
        List<String> hints = new ArrayList<>();
        first.get(first.session.watchTree("/transactions", (path, change) -> hints.add(path)));
        List<String> changed = new ArrayList<>();
        first.get(first.session.readAndWatch(slot(1), () -> changed.add("one")));
        first.get(first.session.readAndWatch(slot(2), () -> changed.add("two")));
        assertTrue(second.write(Op.set(slot(1), json(1), 0)).ok());
        loop.until("hinted", LIMIT, () -> hints.size() == SIZE && changed.size() == 2);
        assertEquals(List.of(slot(1), slot(2), slot(3)), hints);
        assertTrue(second.write(Op.set(slot(1), json(2), 1)).ok());
        loop.until("hinted again", LIMIT, () -> hints.size() == SIZE + 1);
        assertEquals(slot(1), hints.get(SIZE), "of the others nothing changed");
        assertEquals(2, changed.size(), "each waited for one change");
    }

    /** One bad transaction harms no other (rule 12). */
    @Test
    void aDefectBehindOneHintTakesNoneFromTheOthers() {
        begin(1, 2, 3);
        List<String> told = new ArrayList<>();
        first.get(first.session.readAndWatch(slot(1), () -> {
            throw new IllegalStateException("planted");
        }));
        first.get(first.session.readAndWatch(slot(2), () -> told.add("watch")));
        first.get(first.session.watchTree("/transactions", (path, change) -> {
            if (path.equals(slot(1))) {
                throw new IllegalStateException("planted");
            }
            told.add(path);
        }));
        assertTrue(first.get(second.session.write(List.of(Op.set(slot(3), json(1), 0))))
                .ok());
        for (int defect = 0; defect < 2; defect++) {
            assertThrows(IllegalStateException.class, () -> loop.pass(Duration.ofSeconds(1)));
        }
        loop.pass(Duration.ofSeconds(1));
        assertEquals(List.of("watch", slot(2), slot(3)), told);
    }

    /** What is asked for a hint's sake needs no further reading, and what changed meanwhile is hinted at. */
    @Test
    void eachChangeIsHintedAtHoweverCloseTheyAre() {
        conditions.hop = Duration.ofMillis(2).toNanos();
        begin(1, 2, 3);
        int[] read = {-1};
        first.get(first.session.watchTree("/transactions", (path, change) -> {
            if (path.equals(slot(1))) {
                var unused = first.session
                        .read(path)
                        .thenAccept(node ->
                                read[0] = Math.max(read[0], node.orElseThrow().version()));
            }
        }));
        for (int version = 0; version < 200; version++) {
            Shared.Draft content = Shared.EMPTY.draft();
            content.put(1, new Shared.Member(version + 1, json(version)));
            var unused = second.znodes
                    .session()
                    .write(List.of(Op.set(znodeOf(slot(1)), content.content().bytes(), version)));
            loop.pass(Duration.ofNanos(random.nextInt(1_000_000)));
        }
        loop.until("the last change is seen", Duration.ofSeconds(1), () -> read[0] == 200);
    }

    /** A watch that was set for another reading fires while this one is on its way: this one's own change is not missed. */
    @Test
    void aHintFromBeforeAReadingDoesNotUseUpItsOwn() {
        conditions.hop = Duration.ofMillis(5).toNanos();
        begin(1, 2, 3);
        List<String> changed = new ArrayList<>();
        first.get(first.session.readAndWatch(slot(1), () -> changed.add("one")));
        CompletableFuture<WriteResult> early = second.session.write(List.of(Op.set(slot(1), json(1), 0)));
        loop.until("written", LIMIT, () -> ensemble.committed().version(znodeOf(slot(1))) == 1);
        CompletableFuture<Optional<Node>> late = first.session.readAndWatch(slot(2), () -> changed.add("two"));
        loop.until("both", LIMIT, () -> early.isDone() && late.isDone() && changed.contains("one"));
        assertEquals(List.of("one"), changed, "the answer shows that change already");
        assertTrue(second.write(Op.set(slot(2), json(2), 0)).ok());
        loop.until("hinted", LIMIT, () -> changed.contains("two"));
    }

    private static String znodeOf(String path) {
        return SharedPath.of(path).orElseThrow().znode();
    }

    /** What cannot be read is not taken for absent: absence means something (rule 5). */
    @Test
    void whatCannotBeReadIsThereAndKeepsItsPlace() {
        begin(1, 2);
        garble(record(1));
        Node shown = first.get(first.session.read(record(2))).orElseThrow();
        assertEquals("{\"v\":1", text(shown.data()));
        assertEquals(Status.REFUSED, second.write(Op.set(record(1), json(1), 1)).status());
        assertEquals(
                Status.NODE_EXISTS, second.write(begin(3).toArray(Op[]::new)).status());
        assertEquals(Status.BAD_VERSION, second.write(Op.check(record(1), 0)).status());
    }

    @Test
    void whatMayNotBeReadIsListedForEach() {
        begin(1, 2);
        ensemble.changeAcl(znodeOf(slot(1)), true);
        assertEquals(Optional.of(List.of("a")), sorted(record(2)));
        ensemble.changeAcl(znodeOf(record(1)), true);
        assertEquals(SIZE + 1, sorted("/transactions/1").orElseThrow().size());
    }

    @Test
    void whatIsBelowAnotherNeedsItAndKeepsIt() {
        begin(1, 2);
        WriteResult withoutRecord = second.write(Op.createEmpty(slot(3)));
        assertEquals(Status.NO_NODE, withoutRecord.status());
        WriteResult withSlot = second.write(Op.check(slot(1), 0), Op.delete(record(1), 0));
        assertEquals(
                WriteResult.failed(Status.NOT_EMPTY, 1, ""),
                new WriteResult(withSlot.status(), withSlot.failedOperation(), ""));
    }

    /** Work that nobody can read is removed with the first that is collected; its transactions end without it. */
    @Test
    void anEntryThatCannotBeReadGoes() {
        begin(1, 2);
        garble(entry(1));
        assertTrue(second.write(Op.delete(entry(1), Op.ANY_VERSION)).ok());
        assertFalse(ensemble.committed().exists(znodeOf(entry(1))));
    }

    /** What looks like an emptied shared znode is nobody's: it goes with the last record, and shows none as absent. */
    @Test
    void anEmptyOneThatNobodyEmptiedIsGarbage() {
        begin(1, 2);
        plant(znodeOf(record(1)) + "/foo", "{\"v\":1}");
        for (int place = 1; place <= 2; place++) {
            assertEquals(Optional.of(List.of("a", "foo")), sorted(record(place)));
            assertTrue(second.write(
                            Op.delete(slot(place), 0),
                            Op.delete(record(place) + "/foo", Op.ANY_VERSION),
                            Op.delete(record(place), 0))
                    .ok());
        }
        assertFalse(ensemble.committed().exists(znodeOf(record(1))));
        plant(znodeOf(record(1)), "{\"v\":1}");
        assertTrue(first.get(first.session.read(record(1))).isPresent());
    }

    @Test
    void aChildOfOneIsNoneOfTheOthers() {
        begin(1, 2);
        plant(znodeOf(record(1)) + "/foo", "{\"v\":1,\"02\":[0]}");
        assertEquals(Optional.of(List.of("a")), sorted(record(1)));
        assertEquals(Optional.of(List.of("a", "foo")), sorted(record(2)));
    }

    private Optional<List<String>> sorted(String path) {
        return first.get(first.session.children(path))
                .map(names -> names.stream().sorted().toList());
    }

    private void plant(String znode, String content) {
        Op op = Op.create(znode, content.getBytes(StandardCharsets.UTF_8));
        assertTrue(first.get(first.znodes.session().write(List.of(op))).ok());
    }

    private void garble(String path) {
        String znode = znodeOf(path);
        Op op = Op.set(
                znode,
                "{\"v\":1".getBytes(StandardCharsets.UTF_8),
                ensemble.committed().version(znode));
        assertTrue(first.get(first.znodes.session().write(List.of(op))).ok());
    }

    /** Nobody is in the way any more: what changed before is not found out one znode an attempt. */
    @Test
    void howeverManyChangedAFewAttemptsAreEnough() {
        List<String> before = new ArrayList<>();
        List<Op> begun = new ArrayList<>();
        List<Op> theirs = new ArrayList<>();
        List<Op> own = new ArrayList<>();
        for (int znode = 1; znode <= 60; znode++) {
            for (int place = 1; place <= 2; place++) {
                begun.add(Op.create(Paths.record(id(znode, place)), json(0)));
            }
            before.add(Paths.record(id(znode, 1)));
            theirs.add(Op.set(Paths.record(id(znode, 1)), json(1), 0));
            own.add(Op.set(Paths.record(id(znode, 2)), json(2), 0));
        }
        int[] sent = {0};
        ensemble.observe(new InMemoryEnsemble.Observer() {
            @Override
            public void before(InMemoryTree tree, long session, List<Op> ops) {
                sent[0]++;
            }

            @Override
            public void committed(InMemoryTree tree, long session, List<Op> ops) {}
        });
        assertTrue(first.get(first.session.write(begun)).ok());
        before.forEach(path -> second.get(second.session.read(path)));
        assertTrue(first.get(first.session.write(theirs)).ok());
        sent[0] = 0;
        assertEquals(WriteResult.OK, second.get(second.session.write(own)));
        assertTrue(sent[0] <= 5, sent[0] + " multis");
    }

    private static TransactionId id(int znode, int place) {
        return TransactionId.together(1, (long) znode << 16, SIZE, place);
    }

    /** A lost answer is the caller's to judge: nothing is sent a second time. */
    @Test
    void whatIsLostIsNotRepeated() {
        begin(1, 2);
        first.asked = List.of(Op.set(slot(1), json(1), 0));
        first.znodes.loseNextReply(InMemorySession.Loss.APPLIED);
        assertEquals(Status.LOST, first.get(first.session.write(first.asked)).status());
        assertEquals(1, first.changes);
        first.asked = null;
        loop.until("connected again", LIMIT, () -> first.znodes.session().up());
        assertEquals(1, first.get(first.session.read(slot(1))).orElseThrow().version());
    }
}
