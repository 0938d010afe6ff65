------------------------------ MODULE AssentTree ------------------------------
(* What every participant shares: the tree, the coordinators that lead, and the initiators.            *)
(*                                                                                                     *)
(* A multi is one atomic action. A client is in no step "between" its read and its write: what it read *)
(* either is checked by the multi, at the version read, or was true in every earlier state that it may *)
(* have read. So a request that lands late, lands twice, or lands after its sender has died is the     *)
(* same action taken later, and no action here asks whether its sender still lives unless it must      *)
(* remember something. README.md says why nothing is lost by that.                                     *)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  Transactions,   \* txids, all of one generation
  Participants,   \* names of resource managers
  Starts,         \* names of process starts; Participants \X Starts are the attempts
  Coordinators,
  MaxEpoch,       \* how often leadership is taken
  MaxCrashes,     \* how many processes, coordinators and attempts together, crash
  Enlisted,       \* TRUE: records are begun open and closed at commit (enlisted work)
  Observers,      \* FALSE: nobody asks for outcomes and no history is evicted, which nothing else waits for
  Nobody,         \* a model value: no attempt
  Without         \* the guards that are taken away; {} is the protocol

VARIABLES
  epoch,          \* version of /epoch
  leading,        \* leading[c]: the epoch that coordinator c obtained last, 0 for none
  down,           \* the processes that crashed
  generation,     \* /transactions/<generation>: "open", "sealed" or "removed"
  record,         \* the record: "absent", "undecided" (version 0), "COMMIT" or "ABORT" (version 1)
  closed,         \* closed[t]: the list of participants is final (always, unless Enlisted)
  listed,         \* listed[t]: that list
  slot,           \* slot[t][p]: version and vote; kept when the record goes, to state properties
  holder,         \* holder[t][p]: the attempt that did p's enlisted work, named when the list is closed
  history,        \* "none", the decision, or "evicted"
  decisions,      \* for properties: every decision that was ever written
  told,           \* what the initiator was told: "nothing" (so far, or unknown), "COMMITTED", "ABORTED"
  deposedWrote    \* for properties: a deposed leader sealed, collected or carried out an operation

leadership == <<epoch, leading>>
tree == <<generation, record, closed, listed, slot, history>>
observed == <<decisions, told, deposedWrote>>
sharedVars == <<leadership, down, tree, holder, observed>>

Dropped(guard) == guard \in Without
Guard(guard, condition) == Dropped(guard) \/ condition

Attempts == Participants \X Starts
Of(a) == a[1]                                   \* the participant that attempt a works for
AttemptsOf == [p \in Participants |-> {p} \X Starts]
Some(attempts) == attempts \ down # {}          \* one of them is up

Unvoted == [version |-> 0, vote |-> "none", by |-> Nobody]
Voted(vote, a) == [version |-> 1, vote |-> vote, by |-> a]

Slots ==  {Unvoted}
     \cup {[version |-> 1, vote |-> v, by |-> a] : v \in {"NO", "READ_ONLY"}, a \in {Nobody}}
     \cup {[version |-> n, vote |-> "YES", by |-> a] : n \in {1, 2}, a \in Attempts}
     \cup {[version |-> 1, vote |-> "DELEGATED", by |-> a] : a \in Attempts}
     \cup {[version |-> 2, vote |-> v, by |-> a] : v \in {"COMMITTED", "ABORTED"}, a \in Attempts}

TreeTypeOK ==
  /\ epoch \in 0..MaxEpoch
  /\ leading \in [Coordinators -> 0..MaxEpoch]
  /\ down \subseteq Coordinators \cup Attempts
  /\ generation \in {"open", "sealed", "removed"}
  /\ record \in [Transactions -> {"absent", "undecided", "COMMIT", "ABORT"}]
  /\ closed \in [Transactions -> BOOLEAN]
  /\ listed \in [Transactions -> SUBSET Participants]
  /\ slot \in [Transactions -> [Participants -> Slots]]
  /\ holder \in [Transactions -> [Participants -> Attempts \cup {Nobody}]]
  /\ history \in [Transactions -> {"none", "COMMIT", "ABORT", "evicted"}]
  /\ decisions \in [Transactions -> SUBSET {"COMMIT", "ABORT"}]
  /\ told \in [Transactions -> {"nothing", "COMMITTED", "ABORTED"}]
  /\ deposedWrote \in BOOLEAN

TreeInit ==
  /\ epoch = 0
  /\ leading = [c \in Coordinators |-> 0]
  /\ down = {}
  /\ generation = "open"
  /\ record = [t \in Transactions |-> "absent"]
  /\ closed = [t \in Transactions |-> FALSE]
  /\ listed = [t \in Transactions |-> {}]
  /\ slot = [t \in Transactions |-> [p \in Participants |-> Unvoted]]
  /\ holder = [t \in Transactions |-> [p \in Participants |-> Nobody]]
  /\ history = [t \in Transactions |-> "none"]
  /\ decisions = [t \in Transactions |-> {}]
  /\ told = [t \in Transactions |-> "nothing"]
  /\ deposedWrote = FALSE

Begun(t) == record[t] # "absent" \/ decisions[t] # {}      \* some session may still read the record
Visible(t) == record[t] # "absent"                         \* slots and list go with the record

(******************************** the initiator ********************************)

(* The begin multi (rule 6). Sent at the start, it may land at any time, and again.                    *)
Begin(t) ==
  /\ generation # "removed"                                     \* begin creates no parents
  /\ Guard("begin's check of its generation", generation = "open")
  /\ record[t] = "absent"
  /\ record' = [record EXCEPT ![t] = "undecided"]
  /\ closed' = [closed EXCEPT ![t] = ~ Enlisted]
  /\ listed' = [listed EXCEPT ![t] = IF Enlisted THEN {} ELSE Participants]
  /\ slot' = [slot EXCEPT ![t] = [p \in Participants |-> Unvoted]]
  /\ UNCHANGED <<leadership, down, generation, holder, history, observed>>

(* Services did work under the txid of an open record; a second instance refuses to enlist, and where  *)
(* it is unknown whether a call enlisted the initiator does not close.                                 *)
Enlist(t, a) ==
  /\ Enlisted /\ a \notin down
  /\ record[t] = "undecided" /\ ~ closed[t]
  /\ holder[t][Of(a)] = Nobody
  /\ holder' = [holder EXCEPT ![t][Of(a)] = a]
  /\ UNCHANGED <<leadership, down, tree, observed>>

(* The close: _participants, the slots and the named attempts in one multi; or, to abandon the work,   *)
(* _participants alone, empty.                                                                         *)
Close(t) ==
  /\ record[t] = "undecided" /\ ~ closed[t]
  /\ closed' = [closed EXCEPT ![t] = TRUE]
  /\ \E list \in {{p \in Participants : holder[t][p] # Nobody}, {}} :
       listed' = [listed EXCEPT ![t] = list]
  /\ UNCHANGED <<leadership, down, generation, record, slot, holder, history, observed>>

Tell(t, outcome) ==
  /\ Observers
  /\ told[t] = "nothing"
  /\ told' = [told EXCEPT ![t] = outcome]
  /\ UNCHANGED <<leadership, down, tree, holder, decisions, deposedWrote>>

AllYes(t) ==
  /\ closed[t] /\ listed[t] # {}
  /\ \A p \in listed[t] : slot[t][p].vote \in {"YES", "READ_ONLY"}

(* Early outcome (rule 2): the initiator watches its own slots, and reads them one after another. A    *)
(* vote never changes, so what it saw one by one is so in the end.                                     *)
EarlyOutcome(t) ==
  /\ Visible(t)
  /\ Guard("an early outcome needs a closed list", closed[t])
  /\ closed[t] => listed[t] # {}
  /\ IF Dropped("an early outcome needs every listed slot")
       THEN \E p \in listed[t] : slot[t][p].vote \in {"YES", "READ_ONLY"}
       ELSE \A p \in listed[t] : slot[t][p].vote \in {"YES", "READ_ONLY"}
  /\ Tell(t, "COMMITTED")

(* One NO is enough: COMMIT is impossible from then on.                                                *)
EarlyAbort(t) ==
  /\ Visible(t) /\ closed[t]
  /\ \E p \in listed[t] : slot[t][p].vote = "NO"
  /\ Tell(t, "ABORTED")

(* outcome(id) (rule 5): the record, then the history.                                                 *)
ReadOutcome(t) == \/ "COMMIT" \in {record[t], history[t]} /\ Tell(t, "COMMITTED")
                  \/ "ABORT" \in {record[t], history[t]} /\ Tell(t, "ABORTED")

(* A replayed begin is answered "sealed" or NoNode. That means only "cannot begin now" (rule 6): the   *)
(* initiator goes on with ReadOutcome, and knows nothing where that finds nothing.                     *)
BeginRefused(t) ==
  /\ generation # "open"
  /\ Dropped("sealed means unknown")
  /\ Tell(t, "ABORTED")

Initiator(t) == Begin(t) \/ Close(t) \/ EarlyOutcome(t) \/ EarlyAbort(t) \/ ReadOutcome(t) \/ BeginRefused(t)

(******************************* the coordinators ******************************)

(* Election is not exclusive: anyone takes over, and a deposed leader goes on until a write fails.     *)
(* Pending work is read after the epoch write (rule 5); here every action reads what there is.         *)
TakeOver(c) ==
  /\ c \notin down
  /\ epoch < MaxEpoch
  /\ epoch = 0 \/ leading[c] # epoch
  /\ epoch' = epoch + 1
  /\ leading' = [leading EXCEPT ![c] = epoch + 1]
  /\ UNCHANGED <<down, tree, holder, observed>>

(* Each of a leader's multis checks /epoch at the version it obtained (rule 1).                        *)
LeaderWrites(c) ==
  /\ c \notin down
  /\ leading[c] > 0
  /\ Guard("the epoch check", leading[c] = epoch)

Fenced(c) == deposedWrote' = (deposedWrote \/ leading[c] # epoch)

Decide(c, t, decision) ==
  /\ LeaderWrites(c)
  /\ record[t] = "undecided"
  /\ record' = [record EXCEPT ![t] = decision]
  /\ decisions' = [decisions EXCEPT ![t] = @ \cup {decision}]
  /\ UNCHANGED <<leadership, down, generation, slot, holder, history, told>>

(* COMMIT (rule 2): the list is closed and not empty, each listed slot holds YES or READ_ONLY.         *)
DecideCommit(c, t) ==
  /\ Guard("COMMIT needs a closed list", closed[t])
  /\ closed[t] => Guard("COMMIT needs a list that is not empty", listed[t] # {})
  /\ \A p \in listed[t] : slot[t][p].version = 1 /\ slot[t][p].vote \in {"YES", "READ_ONLY"}
  /\ Decide(c, t, "COMMIT")
  /\ UNCHANGED <<closed, listed, deposedWrote>>

(* ABORT (rule 2) checks a slot that holds no vote or NO, or an empty list, or, for an open record,    *)
(* creates the list, empty, in the same multi.                                                         *)
AbortChecks(t, guard) ==
  IF closed[t]
    THEN Guard(guard, listed[t] = {} \/ \E p \in listed[t] : slot[t][p].vote \in {"none", "NO"})
    ELSE TRUE

Abort(c, t, guard) ==
  /\ Decide(c, t, "ABORT")
  /\ IF Enlisted /\ Dropped("an aborting leader creates _participants")
       THEN UNCHANGED closed
       ELSE AbortChecks(t, guard) /\ closed' = [closed EXCEPT ![t] = TRUE]
  /\ UNCHANGED listed

(* For a NO, or when the transaction's time is up: deadlines are local, so that may be at any time.    *)
DecideAbort(c, t) == Abort(c, t, "the slot check of a timeout's ABORT") /\ UNCHANGED deposedWrote

(* An operator's request to abort, carried out under the same check (rule 2).                          *)
CarryOutAbort(c, t) == Abort(c, t, "the slot check of an operator's ABORT") /\ Fenced(c)

Seal(c) ==
  /\ LeaderWrites(c) /\ Fenced(c)
  /\ generation = "open"
  /\ generation' = "sealed"
  /\ UNCHANGED <<leadership, down, record, closed, listed, slot, holder, history, decisions, told>>

(* One multi (rule 4): record, slots and list go, the history entry comes. Records go only after       *)
(* sealing (rule 6), a COMMIT only after every YES voter acknowledged.                                 *)
Collect(c, t) ==
  /\ LeaderWrites(c) /\ Fenced(c)
  /\ record[t] \in {"COMMIT", "ABORT"}
  /\ Guard("sealing", generation = "sealed")
  /\ record[t] = "COMMIT" => Guard("acknowledgement before collection",
                                   \A p \in listed[t] : slot[t][p].vote = "YES" => slot[t][p].version = 2)
  /\ record' = [record EXCEPT ![t] = "absent"]
  /\ history' = [history EXCEPT ![t] = IF Dropped("collection in one multi") THEN @ ELSE record[t]]
  /\ UNCHANGED <<leadership, down, generation, closed, listed, slot, holder, decisions, told>>

RemoveGeneration(c) ==
  /\ LeaderWrites(c) /\ Fenced(c)
  /\ generation = "sealed"
  /\ \A t \in Transactions : record[t] = "absent"
  /\ generation' = "removed"
  /\ UNCHANGED <<leadership, down, record, closed, listed, slot, holder, history, decisions, told>>

Evict(c, t) ==
  /\ LeaderWrites(c) /\ Fenced(c)
  /\ Observers
  /\ history[t] \in {"COMMIT", "ABORT"}
  /\ history' = [history EXCEPT ![t] = "evicted"]
  /\ UNCHANGED <<leadership, down, generation, record, closed, listed, slot, holder, decisions, told>>

NoLeader == epoch = 0 \/ \A c \in Coordinators \ down : leading[c] # epoch

(* The bound on epochs must not leave the tree without a leader: that would be a fault of the model.   *)
CrashCoordinator(c) ==
  /\ c \notin down
  /\ Cardinality(down) < MaxCrashes
  /\ \E other \in Coordinators \ {c} : other \notin down
  /\ leading[c] = epoch => epoch < MaxEpoch
  /\ down' = down \cup {c}
  /\ UNCHANGED <<leadership, tree, holder, observed>>
================================================================================
