package dev.assent.coordinator;

import dev.assent.protocol.Names;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Op;
import dev.assent.store.Operation;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what operators ask for under {@code /operations} and answers there, behind the epoch. Lives on the loop. */
final class OperationDesk {
    private static final Logger LOG = LoggerFactory.getLogger(OperationDesk.class);

    private final Term term;
    private final Context context;
    private final Set<String> working = new HashSet<>();
    /** Of those whose answer could not be written. */
    private final Map<String, Backoff> pauses = new HashMap<>();
    /** Answered ones, the oldest answer first. */
    private final Map<String, Operation.Result> answered = new LinkedHashMap<>();

    OperationDesk(Term term, Context context) {
        this.term = term;
        this.context = context;
    }

    /** An operator who waits for an answer. */
    final class Request {
        private final String id;
        private final int version;
        private final Operation operation;

        private Request(String id, int version, Operation operation) {
            this.id = id;
            this.version = version;
            this.operation = operation;
        }

        /** What a decision that carries this out gives as its reason. */
        String reason() {
            return marker() + operation.actor() + ": " + operation.reason();
        }

        boolean isReason(String reason) {
            return reason.startsWith(marker());
        }

        private String marker() {
            return "operation " + id + " by ";
        }

        void done(String detail) {
            answer(this, new Operation.Result(true, detail, term.epoch()), List.of());
        }

        void refuse(String detail) {
            answer(this, new Operation.Result(false, detail, term.epoch()), List.of());
        }
    }

    void hint(String path) {
        if (path.equals(Paths.OPERATIONS)) {
            return;
        }
        String id = path.substring(Paths.OPERATIONS.length() + 1);
        if (Names.valid(id)) {
            look(id);
        } else {
            context.reporter().steppedOver(path, "not an operation's id");
        }
    }

    /** Reads all requests again. */
    void scan() {
        term.reads()
                .children(
                        Paths.OPERATIONS,
                        names -> names.orElse(List.of()).stream()
                                .filter(name -> !answered.containsKey(name))
                                .sorted()
                                .forEach(name -> hint(Paths.operation(name))),
                        // The next rescan comes anyway.
                        failure -> {});
    }

    private void look(String id) {
        if (!working.add(id)) {
            return;
        }
        term.reads().node(Paths.operation(id), node -> read(id, node), failure -> working.remove(id));
    }

    private void read(String id, Optional<Node> node) {
        if (node.isEmpty()) {
            working.remove(id);
            answered.remove(id);
            pauses.remove(id);
            return;
        }
        Operation operation;
        try {
            operation = Records.operation(node.get().data());
        } catch (MalformedRecordException e) {
            working.remove(id);
            context.reporter().steppedOver(Paths.operation(id), e.getMessage());
            return;
        }
        if (operation.result().isPresent()) {
            working.remove(id);
            keep(id, operation.result().get());
            return;
        }
        Request request = new Request(id, node.get().version(), operation);
        if (operation.kind() == Operation.Kind.ABORT) {
            term.book().abort(operation.transaction(), request);
        } else {
            forget(request);
        }
    }

    private void forget(Request request) {
        TransactionId id = request.operation.transaction();
        List<Op> found = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        paths.add(Paths.historyHeuristic(id));
        term.inboxes().participants(names -> {
            names.forEach(name -> paths.add(Paths.heuristic(name, id)));
            int[] missing = {paths.size()};
            for (String path : paths) {
                term.reads()
                        .node(
                                path,
                                node -> {
                                    node.ifPresent(n -> found.add(Op.delete(path, n.version())));
                                    if (--missing[0] == 0) {
                                        forget(request, found);
                                    }
                                },
                                failure -> working.remove(request.id));
            }
        });
    }

    private void forget(Request request, List<Op> found) {
        if (found.isEmpty()) {
            request.refuse("no heuristic outcome of this transaction is recorded");
        } else {
            Operation.Result result = new Operation.Result(true, "forgotten", term.epoch());
            answer(request, result, found);
        }
    }

    /** Writes the answer, together with what it is about. */
    private void answer(Request request, Operation.Result result, List<Op> deeds) {
        List<Op> ops = new ArrayList<>(deeds);
        byte[] data = Records.operation(request.operation.answered(result));
        ops.add(Op.set(Paths.operation(request.id), data, request.version));
        term.writes().submit(ops, written -> written(request, result, written));
    }

    private void written(Request request, Operation.Result result, WriteResult written) {
        if (!written.ok()) {
            LOG.debug("{}: epoch {}: operation {} not answered: {}", context.id(), term.epoch(), request.id, written);
            // Read again: it may have been answered after all, or taken back.
            if (written.certainlyNotDone() && pauses.containsKey(request.id)) {
                context.reporter()
                        .steppedOver(Paths.operation(request.id), "cannot be carried out: " + written.detail());
            }
            Backoff pause = pauses.computeIfAbsent(request.id, id -> context.backoff());
            // Not looked at by a rescan before that: one repetition must not become two.
            term.later(pause.next(), () -> {
                working.remove(request.id);
                look(request.id);
            });
            return;
        }
        working.remove(request.id);
        context.counters().operations++;
        LOG.info(
                "{}: epoch {} {}: operation {} {} asked by {}: {}: {}",
                context.id(),
                term.epoch(),
                request.operation.transaction(),
                request.id,
                request.operation.kind(),
                request.operation.actor(),
                result.done() ? "done" : "refused",
                result.detail());
        keep(request.id, result);
    }

    private void keep(String id, Operation.Result result) {
        answered.put(id, result);
        pauses.remove(id);
        while (answered.size() > context.config().operationsKept()) {
            // Answers of earlier leaders come in no order: the epoch orders them.
            String oldest = answered.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().epoch()))
                    .orElseThrow()
                    .getKey();
            answered.remove(oldest);
            term.writes().submit(List.of(Op.delete(Paths.operation(oldest), Op.ANY_VERSION)), deleted -> {});
        }
    }
}
