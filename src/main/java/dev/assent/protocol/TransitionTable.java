package dev.assent.protocol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A state machine as data: rows of state, event, next state and effects. Building one refuses a second row for the same
 * state and event, and a row out of a final state. Immutable.
 *
 * @param <S> states
 * @param <E> events
 * @param <F> effects that a role carries out after the step
 */
public final class TransitionTable<S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> {
    /** One transition. */
    public record Row<S, E, F>(S from, E on, S to, List<F> effects) {
        @Override
        public String toString() {
            return from + " --" + on + "--> " + to + (effects.isEmpty() ? "" : " " + effects);
        }
    }

    private final String name;
    private final Set<S> finals;
    private final Map<S, Map<E, Row<S, E, F>>> byState;
    private final List<Row<S, E, F>> rows;

    TransitionTable(String name, Class<S> states, Class<E> events, Set<S> finals, List<Row<S, E, F>> rows) {
        this.name = name;
        this.finals = Set.copyOf(finals);
        this.rows = List.copyOf(rows);
        this.byState = new EnumMap<>(states);
        for (Row<S, E, F> row : rows) {
            if (finals.contains(row.from())) {
                throw new IllegalArgumentException(name + ": a row leaves the final state: " + row);
            }
            Row<S, E, F> earlier = byState.computeIfAbsent(row.from(), s -> new EnumMap<>(events))
                    .putIfAbsent(row.on(), row);
            if (earlier != null) {
                throw new IllegalArgumentException(name + ": two rows for one event: " + earlier + " and " + row);
            }
        }
    }

    /**
     * Reads a table from text: a line a row (state, event, next state, effects), {@code #} starts a comment line.
     *
     * @throws IllegalArgumentException if a name is unknown, a row stands twice, or one leaves a final state
     */
    static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> TransitionTable<S, E, F> parse(
            String name, String text, Class<S> states, Class<E> events, Class<F> effects, Set<S> finals) {
        List<Row<S, E, F>> rows = new ArrayList<>();
        for (String line : text.strip().split("\n", -1)) {
            if (line.startsWith("#")) {
                continue;
            }
            List<String> words = List.of(line.strip().split(" +", -1));
            rows.add(new Row<>(
                    Enum.valueOf(states, words.get(0)),
                    Enum.valueOf(events, words.get(1)),
                    Enum.valueOf(states, words.get(2)),
                    words.stream()
                            .skip(3)
                            .map(word -> Enum.valueOf(effects, word))
                            .toList()));
        }
        return new TransitionTable<>(name, states, events, finals, rows);
    }

    /** The same table with {@code replacement} in place of the row for its state and event, or added. */
    TransitionTable<S, E, F> with(Class<S> states, Class<E> events, Row<S, E, F> replacement) {
        List<Row<S, E, F>> changed = new ArrayList<>(rows);
        changed.removeIf(row -> row.from() == replacement.from() && row.on() == replacement.on());
        changed.add(replacement);
        return new TransitionTable<>(name, states, events, finals, changed);
    }

    public String name() {
        return name;
    }

    public List<Row<S, E, F>> rows() {
        return rows;
    }

    public boolean isFinal(S state) {
        return finals.contains(state);
    }

    /** Whether {@code event} has a row in {@code state}. */
    public boolean allows(S state, E event) {
        return byState.containsKey(state) && byState.get(state).containsKey(event);
    }

    /** A machine in {@code start}, for what {@code subject} describes in messages. */
    public Machine<S, E, F> start(S start, Object subject) {
        return new Machine<>(this, start, subject);
    }

    Row<S, E, F> row(S state, E event) {
        Map<E, Row<S, E, F>> ofState = byState.get(state);
        return ofState == null ? null : ofState.get(event);
    }
}
