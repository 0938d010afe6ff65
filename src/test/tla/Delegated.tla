------------------------------- MODULE Delegated -------------------------------
(* One phase: a single participant whose resource has positive proof of commit. It votes DELEGATED,    *)
(* reads that back, commits in the resource, and says at version 2 what the resource shows. The leader *)
(* decides exactly that: the one exception to rules 2 and 4. The tree is AssentTree's.                 *)
EXTENDS AssentTree

VARIABLES
  work            \* work[t][a]: attempt a's local transaction in the resource, which shows a marker when
                  \* it is committed and refuses to commit it once it is fenced

vars == <<sharedVars, work>>

(* "active": enlisted work before the close, volatile.                                                 *)
(* "ready": a has done the work and may have sent DELEGATED; its vote and its commit may land late.    *)
WorkStates == {"none", "active", "ready", "committed", "fenced"}

TypeOK == TreeTypeOK /\ work \in [Transactions -> [Attempts -> WorkStates]]

Init == TreeInit /\ work = [t \in Transactions |-> [a \in Attempts |-> "none"]]

SetWork(t, a, state) == work' = [work EXCEPT ![t][a] = state]
SetSlot(t, p, value) == slot' = [slot EXCEPT ![t][p] = value]
SlotOnly == <<leadership, down, generation, record, closed, listed, holder, history, observed>>

DoWork(t, a) ==
  /\ Enlist(t, a)
  /\ SetWork(t, a, "active")

LoseWork(t, a) ==
  /\ work[t][a] = "active"
  /\ SetWork(t, a, "none")
  /\ UNCHANGED sharedVars

(* What asks for it may be a stale read. Enlisted work is the named attempt's.                         *)
GetReady(t, a) ==
  /\ a \notin down
  /\ Begun(t) /\ closed[t] /\ Of(a) \in listed[t]
  /\ work[t][a] = IF Enlisted THEN "active" ELSE "none"
  /\ SetWork(t, a, "ready")
  /\ UNCHANGED sharedVars

(* The vote's own multi.                                                                               *)
Vote(t, p, value) ==
  /\ Visible(t) /\ closed[t] /\ p \in listed[t]
  /\ slot[t][p].version = 0
  /\ Guard("the vote's check of the record", record[t] = "undecided")
  /\ SetSlot(t, p, value)
  /\ UNCHANGED <<SlotOnly, work>>

DelegatedLands(t, a) == work[t][a] \in {"ready", "fenced"} /\ Vote(t, Of(a), Voted("DELEGATED", a))

VoteNo(t, p) == Some(AttemptsOf[p]) /\ Vote(t, p, Voted("NO", Nobody))

Names(t, a) == slot[t][Of(a)].version > 0 /\ slot[t][Of(a)].by = a

(* Only after reading back its own DELEGATED. That read may be long ago when the commit reaches the    *)
(* resource: the slot may be at version 2 by then, the record decided or collected, the attempt dead.  *)
CommitInResource(t, a) ==
  /\ work[t][a] = "ready"
  /\ Guard("the read-back of DELEGATED", Names(t, a))
  /\ SetWork(t, a, "committed")
  /\ UNCHANGED sharedVars

(* Any instance may finish what the slot names: a fence beats a commit that has not happened.          *)
Fence(t, a) ==
  /\ Visible(t) /\ Names(t, a) /\ slot[t][Of(a)].version = 1
  /\ work[t][a] = "ready"
  /\ Some(AttemptsOf[Of(a)])
  /\ SetWork(t, a, "fenced")
  /\ UNCHANGED sharedVars

(* Version 2: COMMITTED on the resource's marker, ABORTED only behind a durable fence.                 *)
Report(t, a) ==
  /\ Visible(t) /\ Names(t, a) /\ slot[t][Of(a)].version = 1
  /\ record[t] = "undecided"
  /\ Some(AttemptsOf[Of(a)])
  /\ \/ /\ work[t][a] = "committed"
        /\ SetSlot(t, Of(a), [version |-> 2, vote |-> "COMMITTED", by |-> a])
     \/ /\ work[t][a] # "committed"
        /\ Guard("the fence of DELEGATED", work[t][a] = "fenced")
        /\ SetSlot(t, Of(a), [version |-> 2, vote |-> "ABORTED", by |-> a])
  /\ UNCHANGED <<SlotOnly, work>>

(* The leader checks the slot at version 2.                                                            *)
DecideReported(c, t) ==
  \E p \in listed[t] :
    /\ slot[t][p].version = 2
    /\ Decide(c, t, IF slot[t][p].vote = "COMMITTED" THEN "COMMIT" ELSE "ABORT")
    /\ UNCHANGED <<closed, listed, deposedWrote>>

(* The initiator, too, believes version 2.                                                             *)
EarlyReport(t) ==
  /\ Visible(t)
  /\ \E p \in listed[t] : slot[t][p].vote \in {"COMMITTED", "ABORTED"} /\ Tell(t, slot[t][p].vote)

(* DELEGATED is no YES: the resource may still be fenced.                                              *)
EarlyDelegated(t) ==
  /\ Dropped("DELEGATED is no early outcome")
  /\ Visible(t)
  /\ \E p \in listed[t] : slot[t][p].vote = "DELEGATED"
  /\ Tell(t, "COMMITTED")

CrashParticipant(a) ==
  /\ a \notin down
  /\ Cardinality(down) < MaxCrashes
  /\ Some(AttemptsOf[Of(a)] \ {a})
  /\ down' = down \cup {a}
  /\ UNCHANGED <<leadership, tree, holder, observed, work>>

Next ==
  \/ \E t \in Transactions :
       \/ (Initiator(t) \/ EarlyReport(t) \/ EarlyDelegated(t)) /\ UNCHANGED work
       \/ \E a \in Attempts : \/ DoWork(t, a) \/ LoseWork(t, a) \/ GetReady(t, a)
                              \/ DelegatedLands(t, a) \/ CommitInResource(t, a)\/ Fence(t, a) \/ Report(t, a)
       \/ \E p \in Participants : VoteNo(t, p)
       \/ \E c \in Coordinators : /\ \/ DecideReported(c, t) \/ DecideAbort(c, t) \/ CarryOutAbort(c, t)
                                     \/ Collect(c, t) \/ Evict(c, t)
                                  /\ UNCHANGED work
  \/ \E c \in Coordinators : /\ TakeOver(c) \/ Seal(c) \/ RemoveGeneration(c) \/ CrashCoordinator(c)
                             /\ UNCHANGED work
  \/ \E a \in Attempts : CrashParticipant(a)

Spec == Init /\ [][Next]_vars

(****************************** what must hold *********************************)

(* The single resource manager of TCommit is the resource, and its commit is the decision.             *)
Standing(t, p) ==
  LET mine == {work[t][a] : a \in AttemptsOf[p]}
  IN  CASE "committed" \in mine -> "committed"
        [] slot[t][p].vote \in {"NO", "ABORTED"} -> "aborted"
        [] slot[t][p].vote = "DELEGATED" -> "prepared"
        [] OTHER -> "working"

Standings(t) == [p \in Participants |-> Standing(t, p)]

TC(t) == INSTANCE TCommit WITH RM <- Participants, rmState <- Standings(t)

RefinesTCommit ==
  /\ \A t \in Transactions : TC(t)!TCInit
  /\ [][\A t \in Transactions : TC(t)!TCNext \/ Standings(t)' = Standings(t)]_<<work, slot>>

(* The decision and what the slot says are what the resource did, once and for good.                   *)
Agreement ==
  \A t \in Transactions, p \in Participants :
    LET committed == \E a \in Attempts : Of(a) = p /\ work[t][a] = "committed"
    IN  /\ "COMMIT" \in decisions[t] \/ slot[t][p].vote = "COMMITTED" => committed
        /\ "ABORT" \in decisions[t] \/ slot[t][p].vote = "ABORTED" => ~ committed

OneDecision == \A t \in Transactions : Cardinality(decisions[t]) <= 1

CommittedOnce ==
  \A t \in Transactions : \A a, b \in Attempts :
    work[t][a] = "committed" /\ work[t][b] = "committed" => a = b \/ Of(a) # Of(b)

ToldTheTruth ==
  \A t \in Transactions :
    /\ told[t] = "COMMITTED" => \A p \in Participants : Standing(t, p) = "committed"
    /\ told[t] = "ABORTED" => \A p \in Participants : Standing(t, p) # "committed"

(* Nothing committed is forgotten: what the resource committed stays readable, or is still to be said. *)
Derivable ==
  \A t \in Transactions :
    /\ \A d \in decisions[t] : record[t] = d \/ history[t] \in {d, "evicted"}
    /\ (\E a \in Attempts : work[t][a] = "committed") => record[t] = "undecided" \/ decisions[t] # {}

NothingResurrected == \A t \in Transactions : record[t] = "undecided" => decisions[t] = {}

OnlyTheLeaderActs == ~ deposedWrote

Symmetry == Permutations(Starts) \cup Permutations(Coordinators)

(********************************* termination *********************************)

ByLeader(A(_)) == \E c \in Coordinators : A(c) /\ UNCHANGED work

Fairness ==
  /\ WF_vars(ByLeader(LAMBDA c : NoLeader /\ TakeOver(c)))
  /\ WF_vars(ByLeader(Seal))
  /\ \A t \in Transactions :
       /\ WF_vars(ByLeader(LAMBDA c : DecideReported(c, t) \/ DecideAbort(c, t)))
       /\ WF_vars(ByLeader(LAMBDA c : Collect(c, t)))
       /\ \A a \in Attempts : WF_vars(Fence(t, a)) /\ WF_vars(Report(t, a))

FairSpec == Spec /\ Fairness

(* Every transaction that begins is decided and collected. Work that nobody delegates ends alone.      *)
Termination == <>[](\A t \in Transactions : ~ Visible(t))
================================================================================
