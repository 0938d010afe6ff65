package dev.assent.coordinator;

/** What this coordinator did since its start. Written on the loop alone. */
final class Counters {
    long terms;
    long committed;
    long aborted;
    long timeouts;
    long heuristics;
    long garbage;
    long collected;
    long operations;
    long unsure;
    long fenced;
    long skipped;

    CoordinatorStatus.Counts snapshot() {
        return new CoordinatorStatus.Counts(
                terms,
                committed,
                aborted,
                timeouts,
                heuristics,
                garbage,
                collected,
                operations,
                unsure,
                fenced,
                skipped);
    }
}
