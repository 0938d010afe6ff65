package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assent.Await;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each command against a server, a coordinator and participants in this process. */
class CommandsTest {
    private static CommandsFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = CommandsFixture.start();
    }

    @AfterAll
    static void end() throws Exception {
        fixture.close();
    }

    private static Cli run(String... arguments) {
        return Cli.run(Map.of("ASSENT_ZOOKEEPER", fixture.address()), arguments);
    }

    @Test
    void commitSaysHowItEnded() throws Exception {
        Cli committed = run("commit", "--with", "orders=a", "--with", "payments=b");
        assertTrue(committed.ok().matches("COMMITTED 1-[0-9a-f]{16}\\R"), committed.out());

        JsonNode json = run("commit", "--with", "orders=a", "--json").json();
        assertEquals(List.of("id", "outcome", "reason"), fields(json));
        assertEquals("COMMITTED", json.get("outcome").asText());
    }

    @Test
    void anAbortedCommitIsRefusedWithItsReason() throws Exception {
        Cli aborted = run("commit", "--with", "orders=a", "--with", "payments=refuse: no money");
        assertEquals(ExitCode.REFUSED.code(), aborted.code());
        assertTrue(aborted.out().startsWith("ABORTED 1-"), aborted.out());
        assertTrue(aborted.out().contains("no money"), aborted.out());
    }

    @Test
    void aCommitToNobodyIsRefused() throws Exception {
        Cli refused = run("commit", "--with", "nobody=a");
        assertEquals(ExitCode.REFUSED.code(), refused.code());
        assertTrue(refused.out().startsWith("REFUSED: nothing was begun"), refused.out());
        assertTrue(refused.out().contains("nobody"), refused.out());
    }

    @Test
    void commitChecksWhatWasTyped() {
        run("commit", "--with", "Orders=a")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent commit: --with 'Orders=a' is not NAME=PAYLOAD with a name of 1 to 32 of a-z, 0-9 and '-'");
        run("commit", "--with", "orders=a", "--with", "orders=b")
                .assertRefused(
                        ExitCode.USAGE, "assent commit: --with names 'orders' twice: put its work into one payload");
        run("commit", "--with", "orders=a", "--timeout", "200h")
                .assertRefused(
                        ExitCode.USAGE, "assent commit: transactionTimeout PT200H is not within PT0.001S and PT24H");
    }

    @Test
    void statusHasFiveFields() throws Exception {
        JsonNode json = run("status", "--json").json();
        assertEquals(List.of("leader", "epoch", "replicas", "pending", "oldestInDoubtMillis"), fields(json));
        assertEquals("c1", json.get("leader").asText());
        assertTrue(json.get("epoch").isIntegralNumber() && json.get("epoch").asLong() >= 1);
        assertEquals(1, json.get("replicas").asInt());
        assertTrue(json.get("pending").isIntegralNumber());
        assertTrue(json.get("oldestInDoubtMillis").isNull());
        assertTrue(run("status").ok().startsWith("leader"));
    }

    @Test
    void statusOfAnEmptyTreeSaysSo() throws Exception {
        Cli empty = run("status", "--json", "--chroot", "/elsewhere");
        assertTrue(empty.json().get("leader").isNull());
        assertEquals(0, empty.json().get("replicas").asInt());
        String hint = "no installation at " + fixture.address() + "/elsewhere";
        assertTrue(empty.err().contains(hint), empty.err());
        for (String list : List.of("transactions", "participants")) {
            Cli none = run(list, "--json", "--chroot", "/elsewhere");
            assertEquals(0, none.json().size());
            assertTrue(none.err().contains(hint), none.err());
        }
    }

    @Test
    void nobodyAnswersForAnEmptyTree() {
        run("outcome", "1-00c0ffee00c0ffee", "--chroot", "/elsewhere")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent outcome: no coordinator has set up this tree: start one, or check the chroot");
    }

    @Test
    void transactionsAreListedAndShown() throws Exception {
        String id = run("commit", "--with", "orders=a", "--with", "payments=b", "--json")
                .json()
                .get("id")
                .asText();
        JsonNode listed =
                find(run("transactions", "--json", "--state", "committed").json(), id);
        assertEquals(
                List.of(
                        "id",
                        "state",
                        "created",
                        "inDoubtSince",
                        "participants",
                        "withoutVote",
                        "withoutAcknowledgement",
                        "decision",
                        "epoch",
                        "reason",
                        "next",
                        "problem"),
                fields(listed));
        assertEquals("COMMIT", listed.get("decision").asText());
        assertTrue(run("transactions").ok().contains(id));

        JsonNode shown = run("transaction", id, "--json").json();
        assertEquals(2, shown.get("branches").size());
        assertEquals("orders", shown.get("branches").get(0).get("participant").asText());
        assertEquals("YES", shown.get("branches").get(0).get("vote").asText());
        String text = run("transaction", id).ok();
        assertTrue(text.contains("COMMIT with epoch"), text);
        assertTrue(text.contains("payments"), text);

        assertEquals("COMMITTED " + id, run("outcome", id).ok().strip());
        assertEquals(
                "COMMITTED", run("outcome", id, "--json").json().get("outcome").asText());
    }

    @Test
    void whatNeverWasIsForgottenAndNotAborted() throws Exception {
        assertTrue(run("outcome", "1-00c0ffee00c0ffee").ok().startsWith("FORGOTTEN 1-00c0ffee00c0ffee"));
        assertTrue(run("transaction", "1-00c0ffee00c0ffee").ok().startsWith("FORGOTTEN 1-00c0ffee00c0ffee"));
    }

    @Test
    void readingCommandsCheckWhatWasTyped() {
        Cli outcome = run("outcome", "17");
        assertEquals(ExitCode.USAGE.code(), outcome.code());
        assertTrue(outcome.err().contains("'17' is not a transaction id"), outcome.err());
        assertEquals(1, outcome.err().lines().count());
        run("transactions", "--state", "done")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent transactions: --state 'done' is none of pending, open, voting, in-doubt, committed, aborted,"
                                + " unreadable");
        run("transactions", "--limit", "0")
                .assertRefused(ExitCode.USAGE, "assent transactions: --limit 0 is not in 1..1000000");
        run("status", "--chroot", "assent")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent status: --chroot 'assent' is not a path: it begins with / and does not end with it, as in"
                                + " /assent");
    }

    @Test
    void participantsAreListed() throws Exception {
        JsonNode json = run("participants", "--json").json();
        assertEquals(3, json.size());
        assertEquals(List.of("name", "kind", "waiting", "instances", "heuristics", "problems"), fields(json.get(0)));
        assertEquals("orders", json.get(0).get("name").asText());
        assertEquals("file", json.get(0).get("kind").asText());
        assertEquals(1, json.get(0).get("instances").size());
        assertTrue(run("participants").ok().contains("payments"));
    }

    @Test
    void anOperatorAbortsWhatIsUndecided() throws Exception {
        CompletableFuture<Cli> commit =
                CompletableFuture.supplyAsync(() -> run("commit", "--with", "slow=a", "--timeout", "1m"));
        List<String> pending = new ArrayList<>();
        Await.until("a transaction without a vote", () -> {
            pending.clear();
            run("transactions", "--state", "voting", "--json")
                    .json()
                    .forEach(each -> pending.add(each.get("id").asText()));
            return pending.size() == 1;
        });
        String id = pending.get(0);
        assertTrue(run("transaction", id).ok().contains("waits for the votes of [slow]"));
        Cli resolved = run("resolve", id, "--abort", "--actor", "ann", "--reason", "a test", "--yes");
        assertTrue(resolved.ok().startsWith("DONE operation "), resolved.out());
        assertTrue(resolved.err().contains("The leader will write ABORT"), resolved.err());
        fixture.letSlowGoOn();
        Cli ended = commit.get();
        assertEquals(ExitCode.REFUSED.code(), ended.code());
        assertTrue(ended.out().startsWith("ABORTED " + id), ended.out());
        assertTrue(ended.out().contains("ann"), ended.out());
    }

    @Test
    void theLeaderRefusesWhereTheOutcomeIsDetermined() throws Exception {
        String id =
                run("commit", "--with", "orders=a", "--json").json().get("id").asText();
        Cli refused = run("resolve", id, "--abort", "--actor", "ann", "--reason", "a test", "--yes");
        assertEquals(ExitCode.REFUSED.code(), refused.code());
        assertEquals("", refused.out());
        assertTrue(
                refused.err().lines().reduce((first, last) -> last).orElse("").startsWith("assent resolve: "));
        assertTrue(refused.err().contains(id + " is committed: the leader will refuse"), refused.err());
        assertEquals("COMMITTED " + id, run("outcome", id).ok().strip());
    }

    @Test
    void resolveAsksForEverythingItKeeps() {
        String id = "1-00c0ffee00c0ffee";
        run("resolve", id, "--abort", "--actor", "ann", "--reason", "a test")
                .assertRefused(
                        ExitCode.USAGE,
                        "assent resolve: there is no console to confirm on: add --yes to go on without");
        assertEquals(
                ExitCode.USAGE.code(),
                run("resolve", id, "--abort", "--reason", "x", "--yes").code());
        assertEquals(
                ExitCode.USAGE.code(),
                run("resolve", id, "--actor", "x", "--reason", "x", "--yes").code());
        assertEquals(
                ExitCode.USAGE.code(),
                run("resolve", id, "--abort", "--forget", "--actor", "x", "--reason", "x", "--yes")
                        .code());
        run("resolve", id, "--abort", "--actor", " ", "--reason", "x", "--yes")
                .assertRefused(
                        ExitCode.USAGE, "assent resolve: the actor of an operation has 1 to 1000 characters, not 1");
    }

    private static JsonNode find(JsonNode list, String id) {
        for (JsonNode each : list) {
            if (each.get("id").asText().equals(id)) {
                return each;
            }
        }
        throw new AssertionError(id + " is not in " + list);
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> each = node.fieldNames(); each.hasNext(); ) {
            names.add(each.next());
        }
        return names;
    }
}
