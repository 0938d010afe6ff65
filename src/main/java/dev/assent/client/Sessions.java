package dev.assent.client;

import dev.assent.store.GroupCommit;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.Store;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The session that can be used now, and who waits for one. Lives on the store's loop. */
final class Sessions implements Store.SessionListener {
    private final List<Runnable> onConnected = new ArrayList<>();
    private final Map<Object, Consumer<Session>> waiting = new LinkedHashMap<>();
    private final Loop loop;
    private Optional<Session> current = Optional.empty();
    private Session writesOn;
    private GroupCommit writes;

    Sessions(Loop loop) {
        this.loop = loop;
    }

    /** Calls {@code reread} after each connect, reconnect and new session (rule 7). */
    void onConnected(Runnable reread) {
        onConnected.add(reread);
    }

    Optional<Session> current() {
        return current.filter(session -> !session.ended());
    }

    /**
     * Runs {@code task} with the current session: at once, or with the next one that connects.
     *
     * @param owner who waits, for one thing at a time: its next task takes the place of one that still waits
     */
    void use(Object owner, Consumer<Session> task) {
        Optional<Session> session = current();
        if (session.isPresent()) {
            task.accept(session.get());
        } else {
            waiting.put(owner, task);
        }
    }

    /** The owner does not wait any more: an outage must not keep what has ended (rule 10). */
    void forget(Object owner) {
        waiting.remove(owner);
    }

    /** Writes in group commit with the others of this initiator on {@code session}. */
    CompletableFuture<WriteResult> write(Session session, List<Op> operations) {
        CompletableFuture<WriteResult> answer = new CompletableFuture<>();
        writes(session).submit(operations, answer::complete);
        return answer;
    }

    /** As {@link #write}, of what is put together only when it is sent. */
    void submit(Session session, GroupCommit.Submission submission) {
        writes(session).submit(submission);
    }

    private GroupCommit writes(Session session) {
        if (session != writesOn) {
            writesOn = session;
            writes = new GroupCommit(loop, Duration.ZERO, (together, then) -> {
                var unused = session.write(together)
                        .whenComplete((result, failure) ->
                                then.accept(failure == null ? result : WriteResult.lost(failure.toString())));
            });
        }
        return writes;
    }

    @Override
    public void connected(Session session) {
        current = Optional.of(session);
        List<Consumer<Session>> tasks = List.copyOf(waiting.values());
        waiting.clear();
        tasks.forEach(task -> task.accept(session));
        onConnected.forEach(Runnable::run);
    }

    @Override
    public void suspended() {
        current = Optional.empty();
    }
}
