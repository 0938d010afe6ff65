package dev.assent.lab.demo;

import dev.assent.cli.demo.Act;
import dev.assent.cli.demo.Audit;
import dev.assent.cli.demo.Books;
import dev.assent.cli.demo.DemoResult;
import dev.assent.cli.demo.Narrator;
import dev.assent.cli.demo.Observer;
import dev.assent.cli.demo.Settled;
import dev.assent.cli.demo.Teller;
import dev.assent.lab.demo.Journal.Entry;
import dev.assent.protocol.OutcomeState;
import dev.assent.protocol.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Waits until nothing is pending and holds what all resources show against the outcomes. For one thread; to be used once. */
final class Conclusion {
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(30);

    private final Scenery scenery;
    private final Observer observer;
    private final Teller teller;
    private final Narrator narrator;
    private final List<String> violations = new ArrayList<>();

    Conclusion(Scenery scenery, Observer observer, Teller teller, Narrator narrator) {
        this.scenery = scenery;
        this.observer = observer;
        this.teller = teller;
        this.narrator = narrator;
    }

    /**
     * Checks everything and tells what is wrong.
     *
     * @param takeoverMillis from the leader's kill to the decision of the next one, or {@link Act#NEVER}
     * @param kills how many processes were killed
     * @param killsDue how many were to be killed
     */
    ResourcesResult check(long takeoverMillis, int kills, int killsDue) throws Exception {
        List<Settled> ends = teller.awaitAll();
        narrator.say("All %d transfers have ended; checking", ends.size());
        if (!observer.awaitTrue(QUIET_LIMIT, () -> observer.waiting().isEmpty())) {
            observer.waiting().forEach(view -> violations.add(view.name() + ": " + view.next()));
        }
        observer.awaitTrue(QUIET_LIMIT, () -> Leftovers.all(scenery.leftovers()).isEmpty());
        List<String> left = Leftovers.all(scenery.leftovers());
        violations.addAll(left);
        Map<TransactionId, OutcomeState> recorded = teller.recorded(ends);
        List<Settled> known = ends.stream().map(end -> end.asRecorded(recorded)).toList();
        violations.addAll(Audit.violations(scenery.books(), known, recorded));
        int records = compare(scenery.ledger(), known);
        int receipts = compare(scenery.receipts(), known);
        if (takeoverMillis == Act.NEVER) {
            violations.add("no transaction with all votes and no decision was left to a new leader");
        }
        if (kills != killsDue) {
            violations.add(kills + " processes were killed instead of " + killsDue);
        }
        violations.forEach(violation -> narrator.say("VIOLATION %s", violation));
        tell(known, records, receipts);
        int committed = Settled.count(known, OutcomeState.COMMITTED);
        int aborted = Settled.count(known, OutcomeState.ABORTED);
        int unknown = known.size() - committed - aborted;
        return new ResourcesResult(
                new DemoResult(committed, aborted, unknown, violations.size(), takeoverMillis),
                records,
                receipts,
                left.size(),
                kills,
                killsDue);
    }

    private int compare(Optional<Journal> journal, List<Settled> known) throws Exception {
        if (journal.isEmpty()) {
            return 0;
        }
        List<Entry> entries = journal.get().entries();
        violations.addAll(JournalAudit.violations(journal.get().name(), entries, known));
        return entries.size();
    }

    private void tell(List<Settled> known, int records, int receipts) {
        narrator.say(
                "Checked: outcomes against records, %d balances, bookings, %d Kafka records, %d receipt files, and that"
                        + " nothing is left prepared or pending",
                scenery.books().size() * Books.ACCOUNTS, records, receipts);
        for (Leftovers each : scenery.leftovers()) {
            narrator.show("$ " + each.question());
            List<String> answer = each.orProblem();
            narrator.show(answer.isEmpty() ? "(nothing)" : String.join("\n", answer));
        }
        known.stream()
                .filter(end -> end.is(OutcomeState.ABORTED))
                .map(end -> end.reason().replaceAll("account-\\d+ holds \\d+.*", "an account does not cover it"))
                .distinct()
                .limit(4)
                .forEach(reason -> narrator.say("Examples of ABORTED: %s", reason));
    }
}
