package dev.assent.coordinator;

import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This coordinator's ephemeral node, for people to see: kept there on whichever session can be used. Lives on the loop. */
final class Presence {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    private final Context context;
    private final String path;
    private final byte[] data;
    private final Backoff pauses;
    /** The same callback each time: watches of one node do not add up. */
    private final Runnable hint = this::hinted;

    /** The one look that is to come, however many answers ask for one. */
    private Loop.Timer next = () -> {};

    private Session session;
    private boolean warned;

    Presence(Context context) {
        this.context = context;
        this.path = Paths.coordinator(context.id());
        this.data = Records.replica(
                new Records.Replica(context.config().release(), context.config().address()));
        this.pauses = context.backoff();
    }

    /** Keeps it on {@code current} from now on; null for none. */
    void on(Session current) {
        if (session != current) {
            session = current;
            look(current);
        }
    }

    private void look(Session on) {
        if (on != null && on == session) {
            looked(on, on.readAndWatch(path, hint));
        }
    }

    private void hinted() {
        look(session);
    }

    private void later(Duration pause, Runnable look) {
        next.cancel();
        next = context.loop().schedule(pause, look);
    }

    // Without another watch: one is set, and hints are not counted (rule 7).
    private void lookAgain(Session on) {
        if (on == session) {
            looked(on, on.read(path));
        }
    }

    private void looked(Session on, CompletableFuture<Optional<Node>> read) {
        var unused = read.whenComplete((node, failure) -> {
            if (on != session) {
                return;
            }
            if (failure != null) {
                again(on);
            } else if (node.isEmpty()) {
                create(on);
            } else {
                found(on, node.get());
            }
        });
    }

    private void create(Session on) {
        if (on != session) {
            return;
        }
        var unused = on.write(List.of(Op.createEphemeral(path, data))).whenComplete((result, failure) -> {
            if (on != session) {
                return;
            }
            if (failure == null && result.ok()) {
                pauses.reset();
                warned = false;
            }
            again(on);
        });
    }

    // An earlier session's node goes with it, and this one takes its place.
    private void found(Session on, Node node) {
        if (!Arrays.equals(node.data(), data) && !warned) {
            warned = true;
            LOG.info(
                    "{}: {} is there already: another coordinator of the same id, or an earlier one",
                    context.id(),
                    path);
        }
        later(context.config().rescanInterval(), () -> lookAgain(on));
    }

    private void again(Session on) {
        later(pauses.next(), () -> look(on));
    }

    /** Takes it back; its session may live on. */
    CompletableFuture<Void> remove() {
        Session on = session;
        session = null;
        if (on == null || on.ended()) {
            return CompletableFuture.completedFuture(null);
        }
        // Whatever the answer: it goes with the session at the latest.
        return on.write(List.of(Op.delete(path, Op.ANY_VERSION))).handle((result, failure) -> null);
    }
}
