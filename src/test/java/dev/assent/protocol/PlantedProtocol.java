package dev.assent.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The protocol with a defect planted in it, to see that the checks find it: changed rows, and functions to override. */
public class PlantedProtocol extends CommitProtocol {
    /** With these rows in place of the standard ones, each as in the tables' text; an empty string changes nothing. */
    public PlantedProtocol(String coordinationRow, String branchRow, String initiationRow) {
        super(coordination(coordinationRow), branch(branchRow), initiation(initiationRow));
    }

    private static TransitionTable<Coordination.State, Coordination.Event, Coordination.Effect> coordination(
            String row) {
        var table = standard().coordination();
        return row.isEmpty()
                ? table
                : table.with(
                        Coordination.State.class,
                        Coordination.Event.class,
                        row(Coordination.State.class, Coordination.Event.class, Coordination.Effect.class, row));
    }

    private static TransitionTable<BranchWork.State, BranchWork.Event, BranchWork.Effect> branch(String row) {
        var table = standard().branch();
        return row.isEmpty()
                ? table
                : table.with(
                        BranchWork.State.class,
                        BranchWork.Event.class,
                        row(BranchWork.State.class, BranchWork.Event.class, BranchWork.Effect.class, row));
    }

    private static TransitionTable<Initiation.State, Initiation.Event, Initiation.Effect> initiation(String row) {
        var table = standard().initiation();
        return row.isEmpty()
                ? table
                : table.with(
                        Initiation.State.class,
                        Initiation.Event.class,
                        row(Initiation.State.class, Initiation.Event.class, Initiation.Effect.class, row));
    }

    private static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> TransitionTable.Row<S, E, F> row(
            Class<S> states, Class<E> events, Class<F> effects, String text) {
        String[] words = text.split(" +", -1);
        return new TransitionTable.Row<>(
                Enum.valueOf(states, words[0]),
                Enum.valueOf(events, words[1]),
                Enum.valueOf(states, words[2]),
                Arrays.stream(words)
                        .skip(3)
                        .map(word -> Enum.valueOf(effects, word))
                        .toList());
    }

    /** A leader that takes an empty list for one on which everybody is prepared. */
    public static CommitProtocol emptyListCommits() {
        return new PlantedProtocol("", "", "") {
            @Override
            public Optional<Coordination.Event> tally(Optional<List<String>> closedList, Map<String, SlotView> slots) {
                return closedList.filter(List::isEmpty).isPresent()
                        ? Optional.of(Coordination.Event.ALL_PREPARED)
                        : super.tally(closedList, slots);
            }
        };
    }

    /** A leader that takes an open list for one on which everybody is prepared. */
    public static CommitProtocol openListCommits() {
        return new PlantedProtocol("UNREAD READ_OPEN VOTING", "", "") {
            @Override
            public Optional<Coordination.Event> tally(Optional<List<String>> closedList, Map<String, SlotView> slots) {
                return closedList.isEmpty()
                        ? Optional.of(Coordination.Event.ALL_PREPARED)
                        : super.tally(closedList, slots);
            }
        };
    }

    /** A participant whose every attempt may vote for enlisted work. */
    public static CommitProtocol anyAttemptPrepares() {
        return new PlantedProtocol("", "", "") {
            @Override
            public boolean mayPrepare(Optional<String> namedAttempt, String attempt) {
                return true;
            }
        };
    }

    /** A participant whose recovery pass walks other steps. */
    public static CommitProtocol recoveryOrder(RecoveryStep... steps) {
        return new PlantedProtocol("", "", "") {
            @Override
            public List<RecoveryStep> recoveryOrder() {
                return List.of(steps);
            }
        };
    }
}
