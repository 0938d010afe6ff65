package dev.assent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assent.client.TransactionView;
import dev.assent.client.TransactionView.BranchView;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.protocol.TransactionRecord;
import dev.assent.protocol.Verdict;
import dev.assent.store.Paths;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** A transaction in words and as JSON. Stateless. */
final class TransactionText {
    private TransactionText() {}

    /** A state as people type it: {@code in-doubt}. */
    static String state(TransactionView.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Verdict> verdict(TransactionView view) {
        return view.record().flatMap(TransactionRecord::verdict);
    }

    /** What {@code assent transactions} shows of each. */
    static ObjectNode summary(TransactionView view) {
        ObjectNode node = JsonText.object()
                .put("id", view.name())
                .put("state", state(view.state()))
                .put("created", JsonText.time(view.createdMillis()));
        JsonText.put(node, "inDoubtSince", view.inDoubtSinceMillis().map(JsonText::time));
        node.set("participants", JsonText.texts(view.participants()));
        node.set("withoutVote", JsonText.texts(view.withoutVote()));
        node.set("withoutAcknowledgement", JsonText.texts(view.withoutAcknowledgement()));
        JsonText.put(
                node,
                "decision",
                verdict(view).map(verdict -> verdict.decision().name()));
        verdict(view).ifPresentOrElse(verdict -> node.put("epoch", verdict.epoch()), () -> node.putNull("epoch"));
        JsonText.put(node, "reason", verdict(view).map(Verdict::reason));
        node.put("next", view.next());
        JsonText.put(node, "problem", Optional.of(view.problem()).filter(text -> !text.isEmpty()));
        return node;
    }

    /** What {@code assent transaction ID} shows. */
    static ObjectNode full(TransactionView view) {
        ObjectNode node = summary(view);
        view.record()
                .ifPresent(record -> node.put("enlisted", record.enlisted())
                        .put("timeoutMillis", record.timeout().toMillis())
                        .put("initiator", record.initiator()));
        ArrayNode branches = node.putArray("branches");
        for (BranchView branch : view.branches()) {
            ObjectNode entry = branches.addObject().put("participant", branch.participant());
            entry.put("status", branch.slot().status().name().toLowerCase(Locale.ROOT));
            JsonText.put(entry, "vote", branch.vote().map(Enum::name));
            JsonText.put(entry, "outcome", branch.outcome().map(Enum::name));
            Optional<Slot> slot = branch.slot().slot();
            JsonText.put(entry, "instance", slot.map(Slot::instance));
            JsonText.put(entry, "attempt", slot.map(Slot::attempt));
            JsonText.put(entry, "resource", slot.map(Slot::resource));
            JsonText.put(entry, "reason", slot.map(Slot::reason).filter(text -> !text.isEmpty()));
            JsonText.put(entry, "detail", slot.map(Slot::detail).filter(text -> !text.isEmpty()));
        }
        JsonText.put(node, "znode", znode(view));
        node.set("strays", JsonText.texts(view.strays()));
        return node;
    }

    /** Where ZooKeeper's shell finds it, below the chroot. */
    private static Optional<String> znode(TransactionView view) {
        return TransactionId.tryParse(view.name()).map(id -> Paths.znode(Paths.record(id)));
    }

    static void print(TransactionView view, PrintWriter out) {
        Table head = new Table("transaction", view.name());
        head.row("state", state(view.state()));
        head.row("begun", JsonText.time(view.createdMillis()) + " (ZooKeeper's clock)");
        znode(view).ifPresent(path -> head.row("znode", path));
        view.record().ifPresent(record -> {
            head.row("initiator", record.initiator());
            head.row("timeout", Durations.format(record.timeout()));
            head.row("kind", record.enlisted() ? "enlisted work" : "work sent to its participants");
        });
        view.inDoubtSinceMillis().ifPresent(millis -> head.row("in doubt since", JsonText.time(millis)));
        verdict(view)
                .ifPresent(verdict -> head.row(
                        "decision",
                        verdict.decision() + " with epoch " + verdict.epoch()
                                + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason())));
        head.row("next", view.next());
        if (!view.problem().isEmpty()) {
            head.row("problem", view.problem());
        }
        head.print(out);
        if (!view.branches().isEmpty()) {
            out.println();
            branches(view).print(out);
        }
        view.strays().forEach(stray -> out.println("stray: " + stray));
    }

    private static Table branches(TransactionView view) {
        Table table = new Table("PARTICIPANT", "VOTE", "OUTCOME", "INSTANCE", "NOTE");
        for (BranchView branch : view.branches()) {
            Optional<Slot> slot = branch.slot().slot();
            table.row(
                    branch.participant(),
                    branch.vote().map(Enum::name).orElse(vote(branch.slot())),
                    branch.outcome().map(Enum::name).orElse("-"),
                    slot.map(Slot::instance).orElse("-"),
                    slot.map(content -> (content.reason() + " " + content.detail()).strip())
                            .orElse(""));
        }
        return table;
    }

    private static String vote(SlotView slot) {
        return slot.status() == SlotView.Status.UNREADABLE ? "unreadable" : "missing";
    }
}
