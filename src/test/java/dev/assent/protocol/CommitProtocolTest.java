package dev.assent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.TransitionTable.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables as wholes: every pair of state and event has a row or is refused, and nothing in them is idle. */
class CommitProtocolTest {
    /** A table with the states in which its role starts. */
    record Part<S extends Enum<S>, E extends Enum<E>, F extends Enum<F>>(
            TransitionTable<S, E, F> table, Class<S> states, Class<E> events, Class<F> effects, Set<S> starts) {
        @Override
        public String toString() {
            return table.name();
        }
    }

    static List<Part<?, ?, ?>> parts() {
        CommitProtocol protocol = CommitProtocol.standard();
        return List.of(
                new Part<>(
                        protocol.coordination(),
                        Coordination.State.class,
                        Coordination.Event.class,
                        Coordination.Effect.class,
                        EnumSet.of(Coordination.State.UNREAD)),
                new Part<>(
                        protocol.branch(),
                        BranchWork.State.class,
                        BranchWork.Event.class,
                        BranchWork.Effect.class,
                        EnumSet.of(BranchWork.State.NEW, BranchWork.State.ENLISTED, BranchWork.State.RECOVERED)),
                new Part<>(
                        protocol.initiation(),
                        Initiation.State.class,
                        Initiation.Event.class,
                        Initiation.Effect.class,
                        EnumSet.of(Initiation.State.BEGINNING)));
    }

    /** For each reachable state the machine that got there on the shortest way, with that way. */
    private static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> Map<S, List<Row<S, E, F>>> ways(
            Part<S, E, F> part) {
        Map<S, List<Row<S, E, F>>> ways = new LinkedHashMap<>();
        Deque<S> next = new ArrayDeque<>(part.starts());
        part.starts().forEach(start -> ways.put(start, List.of()));
        while (!next.isEmpty()) {
            S state = next.remove();
            for (Row<S, E, F> row : part.table().rows()) {
                if (row.from() == state && !ways.containsKey(row.to())) {
                    List<Row<S, E, F>> way = new ArrayList<>(ways.get(state));
                    way.add(row);
                    ways.put(row.to(), way);
                    next.add(row.to());
                }
            }
        }
        return ways;
    }

    private static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> Machine<S, E, F> at(
            Part<S, E, F> part, S state) {
        List<Row<S, E, F>> way = ways(part).get(state);
        Machine<S, E, F> machine =
                part.table().start(way.isEmpty() ? state : way.get(0).from(), "7-subject");
        way.forEach(row -> assertEquals(row.effects(), machine.fire(row.on())));
        assertEquals(state, machine.state());
        return machine;
    }

    @ParameterizedTest
    @MethodSource("parts")
    <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> void everyStateIsReachedAndLeadsToAnEnd(
            Part<S, E, F> part) {
        assertEquals(EnumSet.allOf(part.states()), ways(part).keySet());
        Set<S> ending = new HashSet<>();
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Row<S, E, F> row : part.table().rows()) {
                if (part.table().isFinal(row.to()) || ending.contains(row.to())) {
                    grew |= ending.add(row.from());
                }
            }
        }
        for (S state : EnumSet.allOf(part.states())) {
            assertTrue(part.table().isFinal(state) != ending.contains(state), () -> state + " is a dead end");
        }
    }

    @ParameterizedTest
    @MethodSource("parts")
    <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> void everyPairHasARowOrIsRefused(Part<S, E, F> part) {
        int rows = 0;
        for (S state : EnumSet.allOf(part.states())) {
            for (E event : EnumSet.allOf(part.events())) {
                Machine<S, E, F> machine = at(part, state);
                assertEquals(part.table().isFinal(state), machine.ended());
                if (machine.accepts(event)) {
                    assertFalse(machine.ended(), () -> "a way out of the final state " + state);
                    Row<S, E, F> row = part.table().row(state, event);
                    assertEquals(row.effects(), machine.fire(event));
                    assertEquals(row.to(), machine.state());
                    rows++;
                } else {
                    refuses(part, machine, event);
                }
            }
        }
        assertEquals(part.table().rows().size(), rows);
    }

    private static <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> void refuses(
            Part<S, E, F> part, Machine<S, E, F> machine, E event) {
        S state = machine.state();
        List<Row<S, E, F>> way = ways(part).get(state);
        String message = assertThrows(IllegalTransitionException.class, () -> machine.fire(event))
                .getMessage();
        for (Object part1 : List.of(part.table().name(), "7-subject", state, event, way)) {
            assertTrue(message.contains(part1.toString()), () -> "'" + message + "' does not name " + part1);
        }
        assertEquals(state, machine.state());
    }

    @ParameterizedTest
    @MethodSource("parts")
    <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> void everyEventAndEffectIsUsed(Part<S, E, F> part) {
        Set<E> events = EnumSet.noneOf(part.events());
        Set<F> effects = EnumSet.noneOf(part.effects());
        part.table().rows().forEach(row -> {
            events.add(row.on());
            effects.addAll(row.effects());
        });
        assertEquals(EnumSet.allOf(part.events()), events);
        assertEquals(EnumSet.allOf(part.effects()), effects);
    }

    @ParameterizedTest
    @MethodSource("parts")
    <S extends Enum<S>, E extends Enum<E>, F extends Enum<F>> void aTableRefusesContradictions(Part<S, E, F> part) {
        Row<S, E, F> first = part.table().rows().get(0);
        S end = EnumSet.allOf(part.states()).stream()
                .filter(part.table()::isFinal)
                .findFirst()
                .orElseThrow();
        Row<S, E, F> out = new Row<>(end, first.on(), first.to(), List.of());
        String exit = assertThrows(
                        IllegalArgumentException.class, () -> part.table().with(part.states(), part.events(), out))
                .getMessage();
        assertTrue(exit.contains("leaves the final state") && exit.contains(out.toString()), exit);
        String line = first.from() + " " + first.on() + " " + first.to();
        for (String bad : List.of(line + "\n" + line, "NOWHERE " + line, line + " NO_SUCH_EFFECT")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TransitionTable.parse("bad", bad, part.states(), part.events(), part.effects(), Set.of(end)),
                    bad);
        }
    }
}
