package dev.assent.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One thing's way through a {@link TransitionTable}. Not thread-safe: it belongs to its role's one thread.
 *
 * @param <S> states
 * @param <E> events
 * @param <F> effects
 */
public final class Machine<S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> {
    private static final int REMEMBERED = 16;
    // Most of them take no more steps.
    private static final int FEW = 7;

    private final TransitionTable<S, E, F> table;
    private final Object subject;
    private final Deque<TransitionTable.Row<S, E, F>> history = new ArrayDeque<>(FEW);
    private S state;

    Machine(TransitionTable<S, E, F> table, S start, Object subject) {
        this.table = table;
        this.state = start;
        this.subject = subject;
    }

    /**
     * Takes the step for {@code event} and returns the effects to carry out, in order.
     *
     * @throws IllegalTransitionException if the table has no such step; the machine stays where it was
     */
    public List<F> fire(E event) {
        TransitionTable.Row<S, E, F> row = table.row(state, event);
        if (row == null) {
            throw new IllegalTransitionException(table.name() + " of " + subject + " has no step for " + event + " in "
                    + state + (table.isFinal(state) ? " (final)" : "") + "; before: " + history);
        }
        if (history.size() == REMEMBERED) {
            history.removeFirst();
        }
        history.addLast(row);
        state = row.to();
        return row.effects();
    }

    /** Whether {@link #fire} would accept {@code event} now. */
    public boolean accepts(E event) {
        return table.allows(state, event);
    }

    public S state() {
        return state;
    }

    /** Whether nothing can follow. */
    public boolean ended() {
        return table.isFinal(state);
    }

    @Override
    public String toString() {
        return table.name() + " of " + subject + " in " + state + " after " + history;
    }
}
