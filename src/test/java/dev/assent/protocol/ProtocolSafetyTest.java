package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.assent.protocol.TransitionTable.Row;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What must hold on every way through a table, however long: each property is searched over all pairs of a state and what
 * happened before, and with each goes a change of the table that the search must find.
 */
class ProtocolSafetyTest {
    /** Everything that happened on a way, by the names of its events and effects. */
    private record Situation<S>(S state, Set<String> before) {}

    /**
     * A property.
     *
     * @param violated by a row after what happened before it
     * @param remembered the events and effects that it looks back on
     * @param defect a row in place of the table's, or besides them, that breaks it
     */
    private record Property<S extends Enum<S>, E extends Enum<E>, F extends Enum<F>>(
            String name, BiPredicate<Set<String>, Row<S, E, F>> violated, Set<String> remembered, Row<S, E, F> defect) {
        Optional<String> search(TransitionTable<S, E, F> table, Set<S> starts) {
            Set<Situation<S>> seen = new HashSet<>();
            Deque<Situation<S>> next = new ArrayDeque<>();
            starts.forEach(start -> next.add(new Situation<>(start, Set.of())));
            while (!next.isEmpty()) {
                Situation<S> situation = next.remove();
                if (!seen.add(situation)) {
                    continue;
                }
                for (Row<S, E, F> row : table.rows()) {
                    if (row.from() != situation.state()) {
                        continue;
                    }
                    if (violated.test(situation.before(), row)) {
                        return Optional.of(name + ": " + row + " after " + situation.before());
                    }
                    Set<String> before = new HashSet<>(situation.before());
                    Stream.concat(Stream.of(row.on()), row.effects().stream())
                            .map(Enum::name)
                            .filter(remembered::contains)
                            .forEach(before::add);
                    next.add(new Situation<>(row.to(), Set.copyOf(before)));
                }
            }
            return Optional.empty();
        }
    }

    private static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> DynamicTest test(
            TransitionTable<S, E, F> table,
            Class<S> states,
            Class<E> events,
            Set<S> starts,
            Property<S, E, F> property) {
        return DynamicTest.dynamicTest(property.name(), () -> {
            property.search(table, starts).ifPresent(found -> fail(found));
            assertTrue(
                    property.search(table.with(states, events, property.defect()), starts)
                            .isPresent(),
                    () -> "the search does not see " + property.defect());
        });
    }

    private static boolean none(Set<String> before, String... names) {
        return Stream.of(names).noneMatch(before::contains);
    }

    private static <F extends Enum<F>> boolean does(Row<?, ?, F> row, F effect) {
        return row.effects().contains(effect);
    }

    // ---- a participant's branch

    private static final Set<BranchWork.Event> ABORT_SEEN = EnumSet.of(
            BranchWork.Event.READ_ABORT,
            BranchWork.Event.READ_ABORT_UNVOTED,
            BranchWork.Event.READ_OTHER,
            BranchWork.Event.READ_OWN_NO,
            BranchWork.Event.READ_UNLISTED,
            BranchWork.Event.PRESUMED_ABORT);

    private static Row<BranchWork.State, BranchWork.Event, BranchWork.Effect> row(
            BranchWork.State from, BranchWork.Event on, BranchWork.State to, BranchWork.Effect... effects) {
        return new Row<>(from, on, to, List.of(effects));
    }

    private static Property<BranchWork.State, BranchWork.Event, BranchWork.Effect> branch(
            String name,
            BiPredicate<Set<String>, Row<BranchWork.State, BranchWork.Event, BranchWork.Effect>> violated,
            Row<BranchWork.State, BranchWork.Event, BranchWork.Effect> defect,
            String... remembered) {
        return new Property<>(name, violated, Set.of(remembered), defect);
    }

    @TestFactory
    Stream<DynamicTest> branches() {
        return Stream.of(
                        branch(
                                "a YES that may be cast is taken back only by what the tree says (rule 3)",
                                (before, row) -> does(row, BranchWork.Effect.ROLL_BACK)
                                        && (row.from() == BranchWork.State.VOTING_YES
                                                || row.from() == BranchWork.State.IN_DOUBT)
                                        && !ABORT_SEEN.contains(row.on()),
                                row(
                                        BranchWork.State.VOTING_YES,
                                        BranchWork.Event.WRITE_UNSURE,
                                        BranchWork.State.UNDOING,
                                        BranchWork.Effect.ROLL_BACK)),
                        branch(
                                "what may be prepared is rolled back only after a durable NO or the decision (rule 3)",
                                (before, row) -> (row.to() == BranchWork.State.ENLISTED && row.from() != row.to())
                                        || (does(row, BranchWork.Effect.ROLL_BACK)
                                                // Nobody asked it to prepare, and nobody else may vote YES for it.
                                                && row.from() != BranchWork.State.ENLISTED
                                                && !ABORT_SEEN.contains(row.on())
                                                && row.on() != BranchWork.Event.READ_OWN_READ_ONLY
                                                && row.on() != BranchWork.Event.NOTHING_OF_OWN_LEFT
                                                && !(row.from() == BranchWork.State.REFUSING
                                                        && row.on() == BranchWork.Event.WRITTEN)),
                                row(
                                        BranchWork.State.PREPARING,
                                        BranchWork.Event.PREPARE_FAILED,
                                        BranchWork.State.REFUSING,
                                        BranchWork.Effect.ROLL_BACK,
                                        BranchWork.Effect.WRITE_NO)),
                        branch(
                                "YES is written only for what the resource prepared, NO never after it (rule 3)",
                                (before, row) -> (does(row, BranchWork.Effect.WRITE_YES)
                                                && row.on() != BranchWork.Event.PREPARED
                                                && none(before, "PREPARED"))
                                        || (does(row, BranchWork.Effect.WRITE_NO) && before.contains("WRITE_YES")),
                                row(
                                        BranchWork.State.VOTING_YES,
                                        BranchWork.Event.READ_EMPTY,
                                        BranchWork.State.REFUSING,
                                        BranchWork.Effect.WRITE_NO),
                                "PREPARED",
                                "WRITE_YES"),
                        branch(
                                "COMMIT only on the decision read with its own YES, one phase on its own DELEGATED",
                                (before, row) -> (does(row, BranchWork.Effect.COMMIT)
                                                && row.on() != BranchWork.Event.READ_COMMIT
                                                && none(before, "READ_COMMIT"))
                                        || (does(row, BranchWork.Effect.COMMIT_ONE_PHASE)
                                                && row.on() != BranchWork.Event.READ_OWN_DELEGATED)
                                        || (does(row, BranchWork.Effect.RESOLVE_ONE_PHASE)
                                                && none(before, "COMMIT_ONE_PHASE")
                                                && row.on() != BranchWork.Event.READ_OWN_DELEGATED),
                                row(
                                        BranchWork.State.DELEGATING,
                                        BranchWork.Event.WRITTEN,
                                        BranchWork.State.COMMITTING_ONE_PHASE,
                                        BranchWork.Effect.COMMIT_ONE_PHASE),
                                "READ_COMMIT",
                                "COMMIT_ONE_PHASE"),
                        branch(
                                "nothing is both committed and rolled back",
                                (before, row) -> (does(row, BranchWork.Effect.COMMIT) && before.contains("ROLL_BACK"))
                                        || (does(row, BranchWork.Effect.ROLL_BACK)
                                                && !none(before, "COMMIT", "COMMIT_ONE_PHASE")),
                                row(
                                        BranchWork.State.COMMITTING,
                                        BranchWork.Event.APPLY_FAILED,
                                        BranchWork.State.ABORTING,
                                        BranchWork.Effect.ROLL_BACK),
                                "COMMIT",
                                "COMMIT_ONE_PHASE",
                                "ROLL_BACK"),
                        branch(
                                "acknowledged only once durably applied, or known to be broken (rule 4)",
                                (before, row) -> does(row, BranchWork.Effect.ACKNOWLEDGE)
                                        && row.on() != BranchWork.Event.APPLIED
                                        && row.on() != BranchWork.Event.HEURISTIC
                                        && none(before, "APPLIED", "HEURISTIC"),
                                row(
                                        BranchWork.State.COMMITTING,
                                        BranchWork.Event.APPLY_FAILED,
                                        BranchWork.State.ACKNOWLEDGING,
                                        BranchWork.Effect.ACKNOWLEDGE),
                                "APPLIED",
                                "HEURISTIC"),
                        branch(
                                "one phase reports COMMITTED on the marker and ABORTED behind the fence alone",
                                (before, row) -> (does(row, BranchWork.Effect.REPORT_COMMITTED)
                                                && row.on() != BranchWork.Event.APPLIED
                                                && none(before, "APPLIED"))
                                        || (does(row, BranchWork.Effect.REPORT_ABORTED)
                                                && row.on() != BranchWork.Event.FENCED
                                                && none(before, "FENCED")),
                                row(
                                        BranchWork.State.COMMITTING_ONE_PHASE,
                                        BranchWork.Event.APPLY_FAILED,
                                        BranchWork.State.REPORTING_ABORT,
                                        BranchWork.Effect.REPORT_ABORTED),
                                "APPLIED",
                                "FENCED"),
                        branch(
                                "a branch that voted YES is done only once it ended somewhere (rule 3)",
                                (before, row) -> row.to() == BranchWork.State.DONE
                                        && before.contains("WRITE_YES")
                                        && none(before, "APPLIED", "HEURISTIC")
                                        && !EnumSet.of(
                                                        BranchWork.Event.APPLIED,
                                                        BranchWork.Event.HEURISTIC,
                                                        BranchWork.Event.READ_ACKNOWLEDGED,
                                                        BranchWork.Event.NOTHING_LEFT)
                                                .contains(row.on()),
                                row(BranchWork.State.IN_DOUBT, BranchWork.Event.READ_ABSENT, BranchWork.State.DONE),
                                "WRITE_YES",
                                "APPLIED",
                                "HEURISTIC"))
                .map(property -> test(
                        CommitProtocol.standard().branch(),
                        BranchWork.State.class,
                        BranchWork.Event.class,
                        EnumSet.of(BranchWork.State.NEW, BranchWork.State.ENLISTED, BranchWork.State.RECOVERED),
                        property));
    }

    // ---- the leader's view

    private static Row<Coordination.State, Coordination.Event, Coordination.Effect> row(
            Coordination.State from, Coordination.Event on, Coordination.State to, Coordination.Effect... effects) {
        return new Row<>(from, on, to, List.of(effects));
    }

    private static Property<Coordination.State, Coordination.Event, Coordination.Effect> coordination(
            String name,
            BiPredicate<Set<String>, Row<Coordination.State, Coordination.Event, Coordination.Effect>> violated,
            Row<Coordination.State, Coordination.Event, Coordination.Effect> defect,
            String... remembered) {
        return new Property<>(name, violated, Set.of(remembered), defect);
    }

    private static boolean decided(Row<Coordination.State, Coordination.Event, ?> row, Coordination.State deciding) {
        return row.from() == deciding && row.on() == Coordination.Event.DECISION_WRITTEN;
    }

    @TestFactory
    Stream<DynamicTest> coordinations() {
        return Stream.of(
                        coordination(
                                "COMMIT only when every vote is in (rule 2)",
                                (before, row) -> does(row, Coordination.Effect.WRITE_COMMIT)
                                        && row.on() != Coordination.Event.ALL_PREPARED
                                        && row.on() != Coordination.Event.DELEGATE_COMMITTED,
                                row(
                                        Coordination.State.VOTING,
                                        Coordination.Event.READ_CLOSED,
                                        Coordination.State.COMMITTING,
                                        Coordination.Effect.WRITE_COMMIT)),
                        coordination(
                                "a decision is written only where none was read or sent since (rule 1)",
                                (before, row) -> (does(row, Coordination.Effect.WRITE_COMMIT)
                                                || does(row, Coordination.Effect.WRITE_ABORT))
                                        && row.from() != Coordination.State.OPEN
                                        && row.from() != Coordination.State.VOTING,
                                row(
                                        Coordination.State.COMMITTING,
                                        Coordination.Event.EXPIRED,
                                        Coordination.State.ABORTING,
                                        Coordination.Effect.WRITE_ABORT)),
                        coordination(
                                "collected only in a sealed generation (rule 6)",
                                (before, row) ->
                                        does(row, Coordination.Effect.COLLECT) && row.on() != Coordination.Event.SEALED,
                                row(
                                        Coordination.State.ABORTED,
                                        Coordination.Event.GRACE_OVER,
                                        Coordination.State.COLLECTING,
                                        Coordination.Effect.COLLECT)),
                        coordination(
                                "a COMMIT is settled only when all acknowledged (rule 4)",
                                (before, row) -> row.from() == Coordination.State.COMMITTED
                                        && (row.to() == Coordination.State.SETTLED
                                                || row.to() == Coordination.State.COLLECTING)
                                        && row.on() != Coordination.Event.ALL_ACKNOWLEDGED,
                                row(
                                        Coordination.State.COMMITTED,
                                        Coordination.Event.GRACE_OVER,
                                        Coordination.State.SETTLED)),
                        coordination(
                                "a decision is known only once it was written or read",
                                (before, row) -> row.from() != row.to()
                                        && ((row.to() == Coordination.State.COMMITTED
                                                        && row.on() != Coordination.Event.READ_COMMIT
                                                        && !decided(row, Coordination.State.COMMITTING))
                                                || (row.to() == Coordination.State.ABORTED
                                                        && row.on() != Coordination.Event.READ_ABORT
                                                        && !decided(row, Coordination.State.ABORTING))),
                                row(
                                        Coordination.State.COMMITTED,
                                        Coordination.Event.OPERATOR_ABORT,
                                        Coordination.State.ABORTED)))
                .map(property -> test(
                        CommitProtocol.standard().coordination(),
                        Coordination.State.class,
                        Coordination.Event.class,
                        EnumSet.of(Coordination.State.UNREAD),
                        property));
    }

    // ---- the initiator's view

    private static final Map<Initiation.State, Set<Initiation.Event>> TOLD = new TreeMap<>(Map.of(
            Initiation.State.COMMITTED,
            EnumSet.of(Initiation.Event.READ_COMMIT, Initiation.Event.ALL_PREPARED, Initiation.Event.HISTORY_COMMITTED),
            Initiation.State.ABORTED,
            EnumSet.of(Initiation.Event.READ_ABORT, Initiation.Event.VOTED_NO, Initiation.Event.HISTORY_ABORTED)));

    private static Row<Initiation.State, Initiation.Event, Initiation.Effect> row(
            Initiation.State from, Initiation.Event on, Initiation.State to, Initiation.Effect... effects) {
        return new Row<>(from, on, to, List.of(effects));
    }

    private static Property<Initiation.State, Initiation.Event, Initiation.Effect> initiation(
            String name,
            BiPredicate<Set<String>, Row<Initiation.State, Initiation.Event, Initiation.Effect>> violated,
            Row<Initiation.State, Initiation.Event, Initiation.Effect> defect,
            String... remembered) {
        return new Property<>(name, violated, Set.of(remembered), defect);
    }

    @TestFactory
    Stream<DynamicTest> initiations() {
        return Stream.of(
                        initiation(
                                "an outcome is told only on the record, the votes or the history (rules 5 and 11)",
                                (before, row) -> TOLD.containsKey(row.to())
                                        && !TOLD.get(row.to()).contains(row.on()),
                                row(
                                        Initiation.State.LOOKING_UP,
                                        Initiation.Event.HISTORY_SILENT,
                                        Initiation.State.ABORTED,
                                        Initiation.Effect.ANSWER)),
                        initiation(
                                "after a lost begin neither a new id nor a refusal (rule 6)",
                                (before, row) -> before.contains("BEGIN_LOST")
                                        && (does(row, Initiation.Effect.BEGIN_NEW_ID)
                                                || row.to() == Initiation.State.REFUSED),
                                row(
                                        Initiation.State.REPLAYING,
                                        Initiation.Event.CANNOT_BEGIN,
                                        Initiation.State.BEGINNING,
                                        Initiation.Effect.BEGIN_NEW_ID),
                                "BEGIN_LOST"),
                        initiation(
                                "the list is written on the caller's word alone (section 3)",
                                (before, row) -> does(row, Initiation.Effect.WRITE_LIST)
                                        && row.on() != Initiation.Event.CLOSE
                                        && none(before, "CLOSE"),
                                row(
                                        Initiation.State.ABANDONING,
                                        Initiation.Event.READ_NO_LIST,
                                        Initiation.State.CLOSING,
                                        Initiation.Effect.WRITE_LIST),
                                "CLOSE"),
                        initiation(
                                "the caller is answered exactly when there is an end",
                                (before, row) -> does(row, Initiation.Effect.ANSWER)
                                        != CommitProtocol.standard()
                                                .initiation()
                                                .isFinal(row.to()),
                                row(Initiation.State.PENDING, Initiation.Event.DEADLINE, Initiation.State.UNKNOWN)))
                .map(property -> test(
                        CommitProtocol.standard().initiation(),
                        Initiation.State.class,
                        Initiation.Event.class,
                        EnumSet.of(Initiation.State.BEGINNING),
                        property));
    }
}
