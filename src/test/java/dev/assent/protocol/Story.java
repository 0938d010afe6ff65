package dev.assent.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One scenario file, played through the tables; see {@link ScenariosTest} for its form. */
final class Story {
    /** A machine whose event type is only known by its table. */
    private record Actor<S extends Enum<S>, E extends Enum<E>, F extends Enum<F>>(
            TransitionTable<S, E, F> table, Class<E> events, Machine<S, E, F> machine) {
        String fire(String event, Set<Object> visited) {
            S before = machine.state();
            E learned = Enum.valueOf(events, event);
            List<F> effects = machine.fire(learned);
            visited.add(table.row(before, learned));
            return " -> " + machine.state() + (effects.isEmpty() ? "" : " " + effects);
        }
    }

    private final CommitProtocol protocol;
    private final Path file;
    private final Map<String, Actor<?, ?, ?>> actors = new LinkedHashMap<>();

    Story(CommitProtocol protocol, Path file) {
        this.protocol = protocol;
        this.file = file;
    }

    /** Every line as it should be; the rows that were taken are added to {@code visited}. */
    List<String> play(Set<Object> visited) throws IOException {
        List<String> played = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).startsWith("# ")) {
            throw new AssertionError(file + " does not begin with a comment that tells the story");
        }
        for (String line : lines) {
            try {
                played.add(line.isBlank() || line.startsWith("#") ? line : step(line, visited));
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new AssertionError(file + ":" + (played.size() + 1) + ": " + line + ": " + e.getMessage(), e);
            }
        }
        return played;
    }

    private String step(String line, Set<Object> visited) {
        String[] words = line.strip().split(" +", -1);
        if (words.length == 4 && words[2].equals("in")) {
            actors.put(words[1], actor(words[0], words[1], words[3]));
            return line;
        }
        Actor<?, ?, ?> actor = actors.get(words[0]);
        if (actor == null || words.length < 2) {
            throw new IllegalArgumentException("neither '<table> <name> in <state>' nor '<name> <event>'");
        }
        return words[0] + " " + words[1] + actor.fire(words[1], visited);
    }

    private Actor<?, ?, ?> actor(String table, String name, String state) {
        return switch (table) {
            case "coordination" ->
                new Actor<>(
                        protocol.coordination(),
                        Coordination.Event.class,
                        protocol.coordination().start(Coordination.State.valueOf(state), name));
            case "branch" ->
                new Actor<>(
                        protocol.branch(),
                        BranchWork.Event.class,
                        protocol.branch().start(BranchWork.State.valueOf(state), name));
            case "initiation" ->
                new Actor<>(
                        protocol.initiation(),
                        Initiation.Event.class,
                        protocol.initiation().start(Initiation.State.valueOf(state), name));
            default -> throw new IllegalArgumentException("no table is called '" + table + "'");
        };
    }
}
