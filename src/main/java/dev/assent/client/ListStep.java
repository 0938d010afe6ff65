package dev.assent.client;

import dev.assent.protocol.Enlistment;
import dev.assent.protocol.Initiation.Event;
import dev.assent.store.MalformedRecordException;
import dev.assent.store.Node;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import dev.assent.store.WriteResult;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the list of enlisted work (section 3): whoever creates it first wins, so after any doubt it is read back. Lives
 * on the store's loop.
 */
final class ListStep {
    private static final Logger LOG = LoggerFactory.getLogger(ListStep.class);

    private final Flight flight;
    private List<Enlistment> tokens = List.of();
    private Optional<List<String>> closed = Optional.empty();

    ListStep(Flight flight) {
        this.flight = flight;
    }

    void tokens(List<Enlistment> enlisted) {
        tokens = enlisted;
    }

    /** The list, where it is this side's and durable. */
    Optional<List<String>> closed() {
        return closed;
    }

    private List<String> mine() {
        return tokens.stream().map(Enlistment::participant).toList();
    }

    void write() {
        send(Multi.close(flight.id(), tokens), mine());
    }

    void writeEmpty() {
        send(Multi.abandon(flight.id()), List.of());
    }

    private void send(Multi multi, List<String> names) {
        flight.withSession(session -> flight.on(flight.write(session, multi.operations()), (result, failure) -> {
            WriteResult.Status status = failure == null ? result.status() : WriteResult.Status.LOST;
            closed = status == WriteResult.Status.OK ? Optional.of(names) : Optional.empty();
            boolean atList = failure == null && result.failedOperation() <= Multi.SUBJECT;
            flight.fire(
                    switch (status) {
                        case OK -> Event.LIST_WRITTEN;
                        case LOST, BAD_VERSION, NO_NODE -> Event.LIST_UNSURE;
                        case NODE_EXISTS -> atList ? Event.LIST_UNSURE : refused(result);
                        default -> refused(result);
                    });
        }));
    }

    private Event refused(WriteResult result) {
        LOG.warn("{}: the list of {} was refused: {}", flight, tokens, result);
        flight.because("the list was refused: " + result.status() + " " + result.detail());
        return Event.LIST_REFUSED;
    }

    void readBack() {
        flight.withSession(session -> flight.on(session.read(Paths.list(flight.id())), (list, failure) -> {
            if (failure != null) {
                flight.later(this::readBack);
            } else if (list.isPresent()) {
                compare(list.get());
                flight.fire(Event.READ_LIST);
            } else {
                flight.on(session.read(Paths.record(flight.id())), (record, failed) -> {
                    if (failed != null) {
                        flight.later(this::readBack);
                    } else {
                        flight.fire(record.isPresent() ? Event.READ_NO_LIST : Event.READ_ABSENT);
                    }
                });
            }
        }));
    }

    private void compare(Node read) {
        List<String> mine = mine();
        Optional<List<String>> found;
        try {
            found = Optional.of(Records.list(read.data()));
        } catch (MalformedRecordException e) {
            found = Optional.empty();
        }
        closed = found.filter(mine::equals);
        if (closed.isEmpty()) {
            LOG.info("{}: not closed with {}: somebody else closed it with {}", flight, mine, found);
        }
    }
}
