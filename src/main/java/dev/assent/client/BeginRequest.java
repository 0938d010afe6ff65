package dev.assent.client;

import dev.assent.protocol.TransactionRecord;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an initiator asks for. Immutable; the payloads are not to be modified any more.
 *
 * @param payloads what each participant is sent, in the order in which the record lists them; empty for enlisted work
 * @param timeout how long a coordinator waits for the votes before it aborts, counted from when that coordinator first
 *     saw the transaction (rule 8); 1 ms to 7 days, whole milliseconds are kept
 * @param trace W3C trace context, at most 512 characters
 */
public record BeginRequest(Map<String, byte[]> payloads, Duration timeout, Optional<String> trace) {
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int MAX_TRACE = 512;

    public BeginRequest {
        TransactionRecord.requireList(List.copyOf(payloads.keySet()));
        if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not within PT0.001S and " + LONGEST);
        }
        trace.filter(text -> text.length() > MAX_TRACE).ifPresent(text -> {
            throw new IllegalArgumentException(
                    "the trace context has " + text.length() + " characters, the bound is " + MAX_TRACE);
        });
        payloads = Collections.unmodifiableMap(new LinkedHashMap<>(payloads));
        // The record holds milliseconds: what is read back has to be equal (rule 6).
        timeout = timeout.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Work for these participants, which the coordinator decides as soon as all have voted. */
    public static BeginRequest of(Map<String, byte[]> payloads, Duration timeout) {
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("no participant: name at least one (rule 10)");
        }
        return new BeginRequest(payloads, timeout, Optional.empty());
    }

    /** An open transaction, whose participants enlist while the work is running. */
    public static BeginRequest open(Duration timeout) {
        return new BeginRequest(Map.of(), timeout, Optional.empty());
    }

    boolean enlisted() {
        return payloads.isEmpty();
    }

    TransactionRecord record(String initiator) {
        return new TransactionRecord(
                List.copyOf(payloads.keySet()), enlisted(), timeout, initiator, trace, Optional.empty());
    }
}
