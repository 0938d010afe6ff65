package dev.assent.protocol;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commit protocol in one place: two-phase commit with presumed abort over a replicated log (Gray and Lamport,
 * "Consensus on Transaction Commit", sections 3 and 4: here the log of the decision and of every vote is ZooKeeper's).
 *
 * <p>Each role feeds what it learned as an event and carries out the effects of the row; nothing here does I/O, reads a
 * clock or starts a thread. Rows that change nothing are the duplicates that a role may meet; everything absent is
 * illegal and is refused by {@link Machine#fire}. Rule numbers are those of the design page. Immutable.
 */
public class CommitProtocol {
    // Each line: state, event, next state, effects in order.
    private static final String COORDINATION = """
            # A takeover, and every doubt, begins with reading (rule 1).
            UNREAD      READ_OPEN           OPEN
            UNREAD      READ_CLOSED         VOTING
            UNREAD      READ_COMMIT         COMMITTED
            UNREAD      READ_ABORT          ABORTED
            UNREAD      READ_GONE           COLLECTED
            UNREAD      READ_UNREADABLE     UNREAD      REPORT
            UNREAD      EXPIRED             UNREAD
            UNREAD      OPERATOR_ABORT      UNREAD
            UNREAD      SEALED              UNREAD
            # While the list is open nobody votes; whoever creates it first wins (section 3).
            OPEN        READ_OPEN           OPEN
            OPEN        READ_CLOSED         VOTING
            OPEN        READ_COMMIT         COMMITTED
            OPEN        READ_ABORT          ABORTED
            OPEN        READ_GONE           COLLECTED
            OPEN        READ_UNREADABLE     OPEN        REPORT
            OPEN        EXPIRED             ABORTING    WRITE_ABORT
            OPEN        OPERATOR_ABORT      ABORTING    WRITE_ABORT
            OPEN        SEALED              OPEN
            # The votes are in: COMMIT only on YES everywhere (rule 2).
            VOTING      READ_CLOSED         VOTING
            VOTING      READ_COMMIT         COMMITTED
            VOTING      READ_ABORT          ABORTED
            VOTING      READ_GONE           COLLECTED
            VOTING      READ_UNREADABLE     VOTING      REPORT
            VOTING      ALL_PREPARED        COMMITTING  WRITE_COMMIT
            VOTING      DELEGATE_COMMITTED  COMMITTING  WRITE_COMMIT
            VOTING      VOTED_NO            ABORTING    WRITE_ABORT
            VOTING      LIST_EMPTY          ABORTING    WRITE_ABORT
            VOTING      DELEGATE_ABORTED    ABORTING    WRITE_ABORT
            VOTING      EXPIRED             ABORTING    WRITE_ABORT
            VOTING      OPERATOR_ABORT      ABORTING    WRITE_ABORT
            VOTING      SEALED              VOTING
            # One multi decides; after a lost or refused one, read back (rule 1).
            COMMITTING  DECISION_WRITTEN    COMMITTED
            COMMITTING  DECISION_UNSURE     UNREAD      READ
            COMMITTING  EXPIRED             COMMITTING
            COMMITTING  OPERATOR_ABORT      COMMITTING  REFUSE_OPERATION
            COMMITTING  SEALED              COMMITTING
            ABORTING    DECISION_WRITTEN    ABORTED
            ABORTING    DECISION_UNSURE     UNREAD      READ
            ABORTING    EXPIRED             ABORTING
            ABORTING    OPERATOR_ABORT      ABORTING
            ABORTING    SEALED              ABORTING
            # A COMMIT waits for every acknowledgement, an ABORT only for a while (rule 4).
            COMMITTED   READ_COMMIT         COMMITTED
            COMMITTED   READ_GONE           COLLECTED
            COMMITTED   READ_UNREADABLE     UNREAD      REPORT
            COMMITTED   ALL_ACKNOWLEDGED    SETTLED
            COMMITTED   OPERATOR_ABORT      COMMITTED   REFUSE_OPERATION
            COMMITTED   EXPIRED             COMMITTED
            COMMITTED   SEALED              COMMITTED
            ABORTED     READ_ABORT          ABORTED
            ABORTED     READ_GONE           COLLECTED
            ABORTED     READ_UNREADABLE     UNREAD      REPORT
            ABORTED     ALL_ACKNOWLEDGED    SETTLED
            ABORTED     GRACE_OVER          SETTLED
            ABORTED     OPERATOR_ABORT      ABORTED     REFUSE_OPERATION
            ABORTED     EXPIRED             ABORTED
            ABORTED     SEALED              ABORTED
            # Records go only after their generation was sealed (rule 6).
            SETTLED     SEALED              COLLECTING  COLLECT
            SETTLED     READ_COMMIT         SETTLED
            SETTLED     READ_ABORT          SETTLED
            SETTLED     READ_GONE           COLLECTED
            SETTLED     READ_UNREADABLE     UNREAD      REPORT
            SETTLED     OPERATOR_ABORT      SETTLED     REFUSE_OPERATION
            SETTLED     EXPIRED             SETTLED
            COLLECTING  COLLECTION_WRITTEN  COLLECTED
            COLLECTING  COLLECTION_UNSURE   UNREAD      READ
            COLLECTING  OPERATOR_ABORT      COLLECTING  REFUSE_OPERATION
            COLLECTING  EXPIRED             COLLECTING
            COLLECTING  SEALED              COLLECTING
            """;

    private static final String BRANCH = """
            # Before preparing it may abort alone (rule 3).
            NEW                   CLAIMED             PREPARING             PREPARE
            NEW                   CLAIMED_ALONE       DELEGATING            WRITE_DELEGATED
            NEW                   HOLDER_GONE         VOTING_NO             WRITE_NO
            NEW                   READ_ABORT_UNVOTED  DONE                  REMOVE_INBOX_ENTRY
            NEW                   READ_OTHER          DONE
            NEW                   READ_ABSENT         DONE
            ENLISTED              CLAIMED             PREPARING             PREPARE
            ENLISTED              READ_OPEN           ENLISTED
            # Closed: the inbox entry says whether this attempt is the one asked.
            ENLISTED              READ_EMPTY          ENLISTED
            ENLISTED              TIMED_OUT           UNDOING               ROLL_BACK
            ENLISTED              READ_UNLISTED       UNDOING               ROLL_BACK
            ENLISTED              READ_ABORT_UNVOTED  UNDOING               ROLL_BACK REMOVE_INBOX_ENTRY
            ENLISTED              READ_OTHER          UNDOING               ROLL_BACK
            # Another instance took this attempt for gone, and refused in its name.
            ENLISTED              READ_OWN_NO         UNDOING               ROLL_BACK
            # The list names a sibling that is gone, and this branch with it cannot commit (rule 9).
            ENLISTED              HOLDER_GONE         REFUSING              WRITE_NO
            ENLISTED              READ_ABSENT         UNDOING               ROLL_BACK
            # A branch whose process is gone: its YES may still be under way, so nothing is undone before the slot says so (rule 3).
            RECOVERED             READ_OPEN           RECOVERED
            RECOVERED             READ_EMPTY          REFUSING              WRITE_NO
            RECOVERED             READ_OWN_YES        IN_DOUBT              AWAIT_DECISION
            RECOVERED             READ_OWN_NO         UNDOING               ROLL_BACK
            RECOVERED             READ_OWN_READ_ONLY  UNDOING               ROLL_BACK
            RECOVERED             READ_OWN_DELEGATED  RESOLVING             RESOLVE_ONE_PHASE
            RECOVERED             READ_OTHER          UNDOING               ROLL_BACK
            RECOVERED             READ_UNLISTED       UNDOING               ROLL_BACK
            RECOVERED             READ_COMMIT         COMMITTING            COMMIT
            RECOVERED             READ_ABORT          ABORTING              ROLL_BACK
            RECOVERED             READ_ABORT_UNVOTED  UNDOING               ROLL_BACK REMOVE_INBOX_ENTRY
            RECOVERED             READ_ACKNOWLEDGED   DONE
            RECOVERED             READ_ABSENT         RECOVERED             RECOVER
            RECOVERED             PRESUMED_ABORT      UNDOING               ROLL_BACK
            RECOVERED             NOTHING_LEFT        DONE
            PREPARING             PREPARED            VOTING_YES            WRITE_YES
            PREPARING             NOTHING_CHANGED     VOTING_READ_ONLY      WRITE_READ_ONLY
            PREPARING             REFUSED             VOTING_NO             WRITE_NO
            # Something may be prepared: NO is durable before anything is rolled back (rule 3).
            PREPARING             PREPARE_FAILED      REFUSING              WRITE_NO
            # A YES that was sent counts as cast until the slot shows otherwise (rule 3).
            VOTING_YES            WRITTEN             IN_DOUBT              AWAIT_DECISION
            VOTING_YES            WRITE_UNSURE        VOTING_YES            READ
            VOTING_YES            READ_EMPTY          VOTING_YES            WRITE_YES
            VOTING_YES            READ_OPEN           VOTING_YES            READ
            VOTING_YES            READ_OWN_YES        IN_DOUBT              AWAIT_DECISION
            VOTING_YES            READ_OTHER          UNDOING               ROLL_BACK
            VOTING_YES            READ_OWN_NO         UNDOING               ROLL_BACK
            VOTING_YES            READ_UNLISTED       UNDOING               ROLL_BACK
            VOTING_YES            READ_COMMIT         COMMITTING            COMMIT
            VOTING_YES            READ_ABORT          ABORTING              ROLL_BACK
            VOTING_YES            READ_ABORT_UNVOTED  UNDOING               ROLL_BACK REMOVE_INBOX_ENTRY
            VOTING_YES            READ_ACKNOWLEDGED   DONE
            VOTING_YES            READ_ABSENT         VOTING_YES            RECOVER
            VOTING_YES            PRESUMED_ABORT      UNDOING               ROLL_BACK
            VOTING_YES            NOTHING_LEFT        DONE
            VOTING_READ_ONLY      WRITTEN             DONE
            VOTING_READ_ONLY      WRITE_UNSURE        VOTING_READ_ONLY      READ
            VOTING_READ_ONLY      READ_EMPTY          VOTING_READ_ONLY      WRITE_READ_ONLY
            VOTING_READ_ONLY      READ_OPEN           VOTING_READ_ONLY      READ
            VOTING_READ_ONLY      READ_OWN_READ_ONLY  DONE
            VOTING_READ_ONLY      READ_OTHER          DONE
            VOTING_READ_ONLY      READ_OWN_NO         DONE
            VOTING_READ_ONLY      READ_UNLISTED       DONE
            VOTING_READ_ONLY      READ_ABORT_UNVOTED  DONE                  REMOVE_INBOX_ENTRY
            VOTING_READ_ONLY      READ_ABSENT         DONE
            VOTING_NO             WRITTEN             DONE
            VOTING_NO             WRITE_UNSURE        VOTING_NO             READ
            VOTING_NO             READ_EMPTY          VOTING_NO             WRITE_NO
            VOTING_NO             READ_OPEN           VOTING_NO             READ
            VOTING_NO             READ_OWN_NO         DONE
            VOTING_NO             READ_OTHER          DONE
            VOTING_NO             READ_UNLISTED       DONE
            VOTING_NO             READ_ABORT_UNVOTED  DONE                  REMOVE_INBOX_ENTRY
            VOTING_NO             READ_ABSENT         DONE
            REFUSING              WRITTEN             UNDOING               ROLL_BACK
            REFUSING              WRITE_UNSURE        REFUSING              READ
            REFUSING              READ_EMPTY          REFUSING              WRITE_NO
            REFUSING              READ_OPEN           REFUSING              READ
            REFUSING              READ_OWN_NO         UNDOING               ROLL_BACK
            REFUSING              READ_OWN_YES        IN_DOUBT              AWAIT_DECISION
            REFUSING              READ_OWN_READ_ONLY  UNDOING               ROLL_BACK
            REFUSING              READ_OTHER          UNDOING               ROLL_BACK
            REFUSING              READ_UNLISTED       UNDOING               ROLL_BACK
            REFUSING              READ_COMMIT         COMMITTING            COMMIT
            REFUSING              READ_ABORT          ABORTING              ROLL_BACK
            REFUSING              READ_ABORT_UNVOTED  UNDOING               ROLL_BACK REMOVE_INBOX_ENTRY
            REFUSING              READ_ACKNOWLEDGED   DONE
            REFUSING              READ_ABSENT         REFUSING              RECOVER
            REFUSING              PRESUMED_ABORT      UNDOING               ROLL_BACK
            # The prepare that failed may still leave something behind: the rollback keeps it from that.
            REFUSING              NOTHING_OF_OWN_LEFT UNDOING               ROLL_BACK
            # The process that was taken for gone may have voted YES instead, and committed.
            REFUSING              NOTHING_LEFT        DONE
            # Only the decision, or rule 5's absence, ends the doubt.
            IN_DOUBT              READ_OWN_YES        IN_DOUBT
            # A new session may still be behind the vote (rule 5).
            IN_DOUBT              READ_EMPTY          IN_DOUBT
            IN_DOUBT              READ_OPEN           IN_DOUBT
            IN_DOUBT              READ_COMMIT         COMMITTING            COMMIT
            IN_DOUBT              READ_ABORT          ABORTING              ROLL_BACK
            IN_DOUBT              READ_ACKNOWLEDGED   DONE
            IN_DOUBT              READ_ABSENT         IN_DOUBT              RECOVER
            IN_DOUBT              PRESUMED_ABORT      UNDOING               ROLL_BACK
            IN_DOUBT              NOTHING_LEFT        DONE
            # Acknowledged only once durably applied (rule 4).
            COMMITTING            APPLIED             ACKNOWLEDGING         ACKNOWLEDGE
            COMMITTING            HEURISTIC           ACKNOWLEDGING         ACKNOWLEDGE
            # It may fail for ever because another instance did it, and the evidence is gone with the record.
            COMMITTING            APPLY_FAILED        COMMITTING            READ
            COMMITTING            READ_COMMIT         COMMITTING            COMMIT
            COMMITTING            READ_ACKNOWLEDGED   DONE
            COMMITTING            READ_ABSENT         COMMITTING            RECOVER
            COMMITTING            NOTHING_LEFT        DONE
            # Held and without a record: nobody else did it, and what was read stays COMMIT.
            COMMITTING            PRESUMED_ABORT      COMMITTING            COMMIT
            ABORTING              APPLIED             ACKNOWLEDGING         ACKNOWLEDGE
            ABORTING              HEURISTIC           ACKNOWLEDGING         ACKNOWLEDGE
            ABORTING              APPLY_FAILED        ABORTING              REPEAT_LATER
            UNDOING               APPLIED             DONE
            UNDOING               HEURISTIC           DONE                  RECORD_IF_HEURISTIC
            UNDOING               APPLY_FAILED        UNDOING               REPEAT_LATER
            ACKNOWLEDGING         WRITTEN             DONE
            ACKNOWLEDGING         WRITE_UNSURE        ACKNOWLEDGING         READ
            ACKNOWLEDGING         READ_COMMIT         ACKNOWLEDGING         ACKNOWLEDGE
            ACKNOWLEDGING         READ_ABORT          ACKNOWLEDGING         ACKNOWLEDGE
            ACKNOWLEDGING         READ_OWN_YES        ACKNOWLEDGING         READ
            ACKNOWLEDGING         READ_EMPTY          ACKNOWLEDGING         READ
            ACKNOWLEDGING         READ_OPEN           ACKNOWLEDGING         READ
            ACKNOWLEDGING         READ_ACKNOWLEDGED   DONE
            ACKNOWLEDGING         READ_ABSENT         DONE                  RECORD_IF_HEURISTIC
            # One phase: commit only after reading back its own DELEGATED; ABORTED only behind a fence (section 2).
            DELEGATING            WRITTEN             DELEGATING            READ
            DELEGATING            WRITE_UNSURE        DELEGATING            READ
            DELEGATING            READ_EMPTY          DELEGATING            WRITE_DELEGATED
            DELEGATING            READ_OWN_DELEGATED  COMMITTING_ONE_PHASE  COMMIT_ONE_PHASE
            DELEGATING            READ_OTHER          DONE
            DELEGATING            READ_ACKNOWLEDGED   DONE
            DELEGATING            READ_ABORT_UNVOTED  DONE                  REMOVE_INBOX_ENTRY
            DELEGATING            READ_ABSENT         DONE
            COMMITTING_ONE_PHASE  APPLIED             REPORTING_COMMIT      REPORT_COMMITTED
            COMMITTING_ONE_PHASE  FENCED              REPORTING_ABORT       REPORT_ABORTED
            COMMITTING_ONE_PHASE  APPLY_FAILED        RESOLVING             RESOLVE_ONE_PHASE
            RESOLVING             APPLIED             REPORTING_COMMIT      REPORT_COMMITTED
            RESOLVING             FENCED              REPORTING_ABORT       REPORT_ABORTED
            RESOLVING             APPLY_FAILED        RESOLVING             REPEAT_LATER
            REPORTING_COMMIT      WRITTEN             DONE
            REPORTING_COMMIT      WRITE_UNSURE        REPORTING_COMMIT      READ
            REPORTING_COMMIT      READ_OWN_DELEGATED  REPORTING_COMMIT      REPORT_COMMITTED
            REPORTING_COMMIT      READ_EMPTY          REPORTING_COMMIT      READ
            REPORTING_COMMIT      READ_ACKNOWLEDGED   DONE
            REPORTING_COMMIT      READ_ABSENT         DONE
            REPORTING_ABORT       WRITTEN             DONE
            REPORTING_ABORT       WRITE_UNSURE        REPORTING_ABORT       READ
            REPORTING_ABORT       READ_OWN_DELEGATED  REPORTING_ABORT       REPORT_ABORTED
            REPORTING_ABORT       READ_EMPTY          REPORTING_ABORT       READ
            REPORTING_ABORT       READ_ACKNOWLEDGED   DONE
            REPORTING_ABORT       READ_ABSENT         DONE
            """;

    private static final String INITIATION = """
            BEGINNING   BEGUN               PENDING     AWAIT_DECISION
            BEGINNING   BEGUN_OPEN          OPEN        HAND_OUT
            BEGINNING   ALREADY_BEGUN       PENDING     AWAIT_DECISION
            BEGINNING   ALREADY_BEGUN_OPEN  OPEN        HAND_OUT
            BEGINNING   BEGIN_LOST          REPLAYING   BEGIN
            # The only begin of this id was answered: it is certain that nothing was begun.
            BEGINNING   ID_TAKEN            BEGINNING   BEGIN_NEW_ID
            BEGINNING   CANNOT_BEGIN        BEGINNING   BEGIN_NEW_ID
            BEGINNING   BEGIN_DELAYED       BEGINNING   BEGIN
            BEGINNING   BEGIN_REFUSED       REFUSED     ANSWER
            BEGINNING   DEADLINE            UNKNOWN     ANSWER
            REPLAYING   BEGUN               PENDING     AWAIT_DECISION
            REPLAYING   BEGUN_OPEN          OPEN        HAND_OUT
            REPLAYING   ALREADY_BEGUN       PENDING     AWAIT_DECISION
            REPLAYING   ALREADY_BEGUN_OPEN  OPEN        HAND_OUT
            REPLAYING   BEGIN_LOST          REPLAYING   BEGIN
            REPLAYING   BEGIN_DELAYED       REPLAYING   BEGIN
            # The lost one may have begun, ended and been collected: "sealed" means unknown (rule 6).
            REPLAYING   CANNOT_BEGIN        LOOKING_UP  LOOK_UP
            REPLAYING   BEGIN_REFUSED       LOOKING_UP  LOOK_UP
            REPLAYING   ID_TAKEN            UNKNOWN     ANSWER
            REPLAYING   DEADLINE            UNKNOWN     ANSWER
            # Enlisted work: whoever creates the list first wins (section 3).
            OPEN        CLOSE               CLOSING     WRITE_LIST
            OPEN        ABANDON             ABANDONING  WRITE_EMPTY_LIST
            OPEN        READ_UNDECIDED      OPEN
            OPEN        READ_ABORT          ABORTED     ANSWER
            OPEN        READ_ABSENT         LOOKING_UP  LOOK_UP
            OPEN        DEADLINE            UNKNOWN     ANSWER
            CLOSING     LIST_WRITTEN        PENDING     AWAIT_DECISION
            CLOSING     LIST_UNSURE         CLOSING     READ_LIST
            CLOSING     LIST_REFUSED        ABANDONING  WRITE_EMPTY_LIST
            CLOSING     READ_NO_LIST        CLOSING     WRITE_LIST
            CLOSING     READ_LIST           PENDING     AWAIT_DECISION
            CLOSING     READ_ABSENT         LOOKING_UP  LOOK_UP
            CLOSING     DEADLINE            UNKNOWN     ANSWER
            ABANDONING  LIST_WRITTEN        PENDING     AWAIT_DECISION
            ABANDONING  LIST_UNSURE         ABANDONING  READ_LIST
            ABANDONING  LIST_REFUSED        PENDING     AWAIT_DECISION
            ABANDONING  READ_NO_LIST        ABANDONING  WRITE_EMPTY_LIST
            ABANDONING  READ_LIST           PENDING     AWAIT_DECISION
            ABANDONING  READ_ABSENT         LOOKING_UP  LOOK_UP
            ABANDONING  DEADLINE            UNKNOWN     ANSWER
            PENDING     READ_UNDECIDED      PENDING
            PENDING     READ_COMMIT         COMMITTED   ANSWER
            PENDING     READ_ABORT          ABORTED     ANSWER
            # Early outcome: once every slot holds YES no ABORT can exist (rule 2).
            PENDING     ALL_PREPARED        COMMITTED   ANSWER
            # A NO stays, and with it no COMMIT can exist (rule 2).
            PENDING     VOTED_NO            ABORTED     ANSWER
            PENDING     READ_ABSENT         LOOKING_UP  LOOK_UP
            PENDING     DEADLINE            UNKNOWN     ANSWER
            LOOKING_UP  READ_UNDECIDED      PENDING     AWAIT_DECISION
            LOOKING_UP  ALREADY_BEGUN_OPEN  OPEN        HAND_OUT
            LOOKING_UP  READ_COMMIT         COMMITTED   ANSWER
            LOOKING_UP  READ_ABORT          ABORTED     ANSWER
            LOOKING_UP  HISTORY_COMMITTED   COMMITTED   ANSWER
            LOOKING_UP  HISTORY_ABORTED     ABORTED     ANSWER
            # Absence is never ABORT for an initiator (rule 5).
            LOOKING_UP  HISTORY_SILENT      UNKNOWN     ANSWER
            LOOKING_UP  DEADLINE            UNKNOWN     ANSWER
            """;

    private static final CommitProtocol STANDARD = new CommitProtocol(
            TransitionTable.parse(
                    "coordination",
                    COORDINATION,
                    Coordination.State.class,
                    Coordination.Event.class,
                    Coordination.Effect.class,
                    EnumSet.of(Coordination.State.COLLECTED)),
            TransitionTable.parse(
                    "branch",
                    BRANCH,
                    BranchWork.State.class,
                    BranchWork.Event.class,
                    BranchWork.Effect.class,
                    EnumSet.of(BranchWork.State.DONE)),
            TransitionTable.parse(
                    "initiation",
                    INITIATION,
                    Initiation.State.class,
                    Initiation.Event.class,
                    Initiation.Effect.class,
                    EnumSet.of(
                            Initiation.State.COMMITTED,
                            Initiation.State.ABORTED,
                            Initiation.State.REFUSED,
                            Initiation.State.UNKNOWN)));

    private final TransitionTable<Coordination.State, Coordination.Event, Coordination.Effect> coordination;
    private final TransitionTable<BranchWork.State, BranchWork.Event, BranchWork.Effect> branch;
    private final TransitionTable<Initiation.State, Initiation.Event, Initiation.Effect> initiation;

    /** For tests that plant a defect; everybody else uses {@link #standard()}. */
    CommitProtocol(
            TransitionTable<Coordination.State, Coordination.Event, Coordination.Effect> coordination,
            TransitionTable<BranchWork.State, BranchWork.Event, BranchWork.Effect> branch,
            TransitionTable<Initiation.State, Initiation.Event, Initiation.Effect> initiation) {
        this.coordination = coordination;
        this.branch = branch;
        this.initiation = initiation;
    }

    /** The protocol. */
    public static CommitProtocol standard() {
        return STANDARD;
    }

    /** The leader's steps for one transaction. */
    public TransitionTable<Coordination.State, Coordination.Event, Coordination.Effect> coordination() {
        return coordination;
    }

    /** A participant's steps for one branch. */
    public TransitionTable<BranchWork.State, BranchWork.Event, BranchWork.Effect> branch() {
        return branch;
    }

    /** An initiator's steps for its transaction. */
    public TransitionTable<Initiation.State, Initiation.Event, Initiation.Effect> initiation() {
        return initiation;
    }

    /** What the slots of a closed list say, or nothing while votes are missing; see {@link Tally}. */
    public Optional<Coordination.Event> tally(Optional<List<String>> closedList, Map<String, SlotView> slots) {
        return Tally.of(closedList, slots);
    }

    /** What record, list and slot say about one attempt's branch; see {@link Observation}. */
    public Optional<BranchWork.Event> observe(
            String attempt, Optional<TransactionRecord> record, Observation.Listing listing, SlotView slot) {
        return Observation.of(attempt, record, listing, slot);
    }

    /** The order of a recovery pass, which alone may conclude from the absence of a record (rule 5). */
    public List<RecoveryStep> recoveryOrder() {
        return List.of(RecoveryStep.LIST_BRANCHES, RecoveryStep.QUORUM_WRITE, RecoveryStep.READ_RECORDS);
    }

    /** Whether {@code attempt} may vote YES for work that names {@code namedAttempt}, empty where none is named (section 3). */
    public boolean mayPrepare(Optional<String> namedAttempt, String attempt) {
        return namedAttempt.isEmpty() || namedAttempt.get().equals(attempt);
    }
}
