package dev.assent.coordinator;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Tally;
import dev.assent.protocol.Verdict;
import dev.assent.protocol.Vote;
import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The operations of a leader's multis, from what it read; {@link EpochWrites} puts the check of the epoch before them. Pure. */
final class Decider {
    private Decider() {}

    /** COMMIT: the record from 0 to 1, the closed list and every listed slot as they were read (rules 1 and 2). */
    static List<Op> commit(View view, Verdict verdict) {
        List<Op> ops = new ArrayList<>();
        ops.add(record(view, verdict));
        if (view.enlisted()) {
            ops.add(Op.check(Paths.list(view.id()), view.listVersion()));
        }
        view.participants()
                .forEach(name -> ops.add(
                        Op.check(Paths.slot(view.id(), name), view.slot(name).version())));
        return ops;
    }

    /** ABORT: the record from 0 to 1, and the witness that no COMMIT exists or can exist (rule 2). */
    static List<Op> abort(View view, Tally.Witness witness, Verdict verdict) {
        Op proof = switch (witness.kind()) {
            case CREATE_EMPTY_LIST -> Op.create(Paths.list(view.id()), Records.list(List.of()));
            case CHECK_EMPTY_LIST -> Op.check(Paths.list(view.id()), witness.version());
            case CHECK_SLOT -> Op.check(Paths.slot(view.id(), witness.participant()), witness.version());
            case CREATE_SLOT -> Op.createEmpty(Paths.slot(view.id(), witness.participant()));
        };
        return List.of(record(view, verdict), proof);
    }

    private static Op record(View view, Verdict verdict) {
        return Op.set(Paths.record(view.id()), Records.decide(view.data(), verdict), 0);
    }

    /** Everything of a finished transaction, as it was read; its history entry goes into the same multi (rule 4). */
    static List<Op> remove(View view, Collection<String> inboxes) {
        List<Op> ops = new ArrayList<>();
        view.slots().forEach((name, slot) -> {
            if (slot.status() != SlotView.Status.MISSING) {
                ops.add(Op.delete(Paths.slot(view.id(), name), slot.version()));
            }
        });
        if (view.listVersion() >= 0) {
            ops.add(Op.delete(Paths.list(view.id()), view.listVersion()));
        }
        view.strays().forEach(name -> ops.add(Op.delete(Paths.record(view.id()) + "/" + name, Op.ANY_VERSION)));
        ops.add(Op.delete(Paths.record(view.id()), 1));
        inboxes.forEach(name -> ops.add(Op.delete(Paths.inboxEntry(name, view.id()), Op.ANY_VERSION)));
        return ops;
    }

    /** The listed participants whose inbox entry may be left over: those that neither refused nor acknowledged. */
    static List<String> mayHaveInboxEntry(View view) {
        return view.participants().stream()
                .filter(name -> {
                    SlotView slot = view.slot(name);
                    return slot.status() != SlotView.Status.FINISHED
                            && !slot.votes(Vote.NO)
                            && !slot.votes(Vote.READ_ONLY);
                })
                .toList();
    }

    /** Why an ABORT is written, in words for people. */
    static String reason(Coordination.Event cause, View view) {
        return switch (cause) {
            case VOTED_NO ->
                view.participants().stream()
                        .filter(name -> view.slot(name).votes(Vote.NO))
                        .findFirst()
                        .map(name -> name + " voted NO" + colon(reasonOf(view.slot(name))))
                        .orElse("a participant voted NO");
            case LIST_EMPTY -> "closed with an empty list";
            case DELEGATE_ABORTED ->
                view.participants().get(0) + " aborted in one phase"
                        + colon(reasonOf(view.slot(view.participants().get(0))));
            default ->
                "timeout of " + view.record().orElseThrow().timeout().toMillis() + " ms"
                        + (view.closedList().isEmpty() ? " while the list was open" : "; no vote of " + silent(view));
        };
    }

    private static List<String> silent(View view) {
        return view.participants().stream()
                .filter(name -> view.slot(name).slot().isEmpty())
                .toList();
    }

    private static String reasonOf(SlotView slot) {
        return slot.slot().map(Slot::reason).orElse("");
    }

    private static String colon(String text) {
        return text.isEmpty() ? "" : ": " + text;
    }
}
