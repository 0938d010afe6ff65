package dev.assent.client;

import dev.assent.protocol.Coordination;
import dev.assent.protocol.Initiation.Event;
import dev.assent.protocol.Initiation.State;
import dev.assent.protocol.Slot;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.Vote;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns from the votes how a transaction has to end (rule 2): with YES or READ_ONLY in every slot of a closed list no ABORT
 * can exist, with one NO no COMMIT. A vote never changes, so it does not matter when each of them was read. Where somebody
 * else could have written the record or a slot, only the decision counts (rule 12). Lives on the store's loop.
 */
final class VoteStep {
    private final Flight flight;
    private final Sessions sessions;
    private final EarlyOutcomes load;
    private final Runnable readRecord;
    private final Map<String, SlotView> votes = new LinkedHashMap<>();
    private final Map<String, Hint> hints = new LinkedHashMap<>();
    private List<String> list = List.of();
    private boolean recordTrusted;
    private boolean distrusted;
    private boolean counted;
    private boolean recordAsked;

    /** What the store keeps until the slot changes; it lets go of a transaction that ended before. */
    private static final class Hint implements Runnable {
        private final String participant;
        private VoteStep step;

        Hint(VoteStep step, String participant) {
            this.step = step;
            this.participant = participant;
        }

        @Override
        public void run() {
            if (step != null) {
                step.hinted(participant);
            }
        }
    }

    /** @param readRecord has the record read and shown to {@link #sawRecord} */
    VoteStep(Flight flight, Sessions sessions, EarlyOutcomes load, Runnable readRecord) {
        this.flight = flight;
        this.sessions = sessions;
        this.load = load;
        this.readRecord = readRecord;
    }

    /** Reads the slots that hold no vote as far as is known, and watches them, where that is affordable. Whether it is. */
    boolean look() {
        if (!flight.in(State.PENDING) || distrusted) {
            return false;
        }
        if (!counted) {
            counted = true;
            load.began();
        }
        list = flight.closedList().orElse(List.of());
        boolean affordable = !list.isEmpty() && load.affordable(list.size());
        if (affordable) {
            list.stream().filter(name -> !votes.containsKey(name)).forEach(this::watch);
        }
        return affordable;
    }

    private void watch(String participant) {
        Optional<Session> current = sessions.current();
        if (current.isPresent()) {
            // The same callback each time: watches of one node do not add up.
            Hint hint = hints.computeIfAbsent(participant, name -> new Hint(this, name));
            flight.on(current.get().readAndWatch(path(participant), hint), (node, failure) -> {
                if (failure == null) {
                    saw(participant, node);
                }
            });
        }
    }

    /** A vote is the last change that matters: what the hint is about is read without a further watch. */
    private void hinted(String participant) {
        flight.guarded(() -> {
            Optional<Session> current = sessions.current();
            if (flight.in(State.PENDING) && current.isPresent() && !distrusted) {
                askForRecord();
                flight.on(current.get().read(path(participant)), (node, failure) -> {
                    if (failure == null && !saw(participant, node)) {
                        watch(participant);
                    }
                });
            }
        });
    }

    private void askForRecord() {
        if (!recordAsked) {
            recordAsked = true;
            readRecord.run();
        }
    }

    private String path(String participant) {
        return Paths.slot(flight.id(), participant);
    }

    /** Takes note of a vote; false where there is none yet. */
    private boolean saw(String participant, Optional<Node> node) {
        SlotView slot = Records.slot(node);
        if (slot.status() == SlotView.Status.UNREADABLE
                || !node.map(VoteStep::trusted).orElse(true)) {
            distrusted = true;
        } else if (slot.slot().isPresent()) {
            votes.put(participant, slot);
            askForRecord();
            conclude();
        }
        return distrusted || slot.slot().isPresent();
    }

    /** The record was read, undecided and this initiator's own. */
    void sawRecord(Node record) {
        recordTrusted = trusted(record);
        distrusted |= !recordTrusted;
        conclude();
    }

    private static boolean trusted(Node node) {
        return !node.ephemeral() && node.aclVersion() == 0;
    }

    private void conclude() {
        if (!recordTrusted || distrusted || !flight.in(State.PENDING) || list.isEmpty()) {
            return;
        }
        Optional<Coordination.Event> tally = flight.tally(list, votes);
        if (tally.filter(event -> event == Coordination.Event.ALL_PREPARED).isPresent()) {
            flight.decided(Event.ALL_PREPARED, "");
        } else if (tally.filter(event -> event == Coordination.Event.VOTED_NO).isPresent()) {
            flight.decided(Event.VOTED_NO, refusal());
        }
    }

    private String refusal() {
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue().votes(Vote.NO))
                .findFirst()
                .map(vote -> {
                    String reason = vote.getValue().slot().map(Slot::reason).orElse("");
                    return vote.getKey() + " voted NO" + (reason.isEmpty() ? "" : ": " + reason);
                })
                .orElse("");
    }

    void release() {
        hints.values().forEach(hint -> hint.step = null);
        if (counted) {
            counted = false;
            load.ended();
        }
    }
}
