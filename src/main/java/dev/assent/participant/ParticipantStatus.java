package dev.assent.participant;

import java.time.Duration;
import java.util.Optional;

/**
 * How a participant instance stands. Immutable.
 *
 * @param connected whether the instance has a session on which it works
 * @param branches branches that this instance works on, in-doubt ones included
 * @param inDoubt branches that voted YES and do not know the decision: they may hold locks
 * @param oldestInDoubt for how long the oldest of these has been in doubt here
 * @param queued inbox entries that wait in memory
 * @param working calls of the resource that run now
 * @param untouched branches that the last recovery pass found and had to leave alone: of another installation, of a
 *     generation that this tree does not know yet, or under a vote of another resource
 */
public record ParticipantStatus(
        boolean connected,
        int branches,
        int inDoubt,
        Optional<Duration> oldestInDoubt,
        int queued,
        int working,
        int untouched) {}
