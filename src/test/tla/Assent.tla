-------------------------------- MODULE Assent --------------------------------
(* Two-phase transactions, enlisted or not: participants, their branches and their recovery passes,    *)
(* over the tree of AssentTree. An attempt is one process start; several attempts of a participant     *)
(* that act at the same time are its instances, one after another the restarts of one.                 *)
EXTENDS AssentTree

CONSTANTS
  Elsewhere       \* starts whose process is bound to another resource identity

VARIABLES
  branch,         \* branch[t][a]: what the resource holds for attempt a's branch of t. It outlives a.
  pass            \* pass[p]: a recovery pass of one of p's instances

resources == <<branch, pass>>
vars == <<sharedVars, resources>>

(* "active": enlisted work, volatile. "lost": active work that is gone. "prepared": durable, and its   *)
(* YES may have been sent: from then on it may land, its sender dead or not.                           *)
BranchStates == {"none", "active", "lost", "prepared", "committed", "undone"}

Idle == [step |-> "idle", branches |-> {}]

TypeOK ==
  /\ TreeTypeOK
  /\ branch \in [Transactions -> [Attempts -> BranchStates]]
  /\ pass \in [Participants -> [step : {"idle", "listed", "read"}, branches : SUBSET (Transactions \X Attempts)]]

Init ==
  /\ TreeInit
  /\ branch = [t \in Transactions |-> [a \in Attempts |-> "none"]]
  /\ pass = [p \in Participants |-> Idle]

Bindings == {{s \in Starts : s \notin Elsewhere}, Elsewhere} \ {{}}        \* starts by the resource they reach
Finishers == [a \in Attempts |-> {Of(a)} \X (CHOOSE r \in Bindings : a[2] \in r)]    \* who reaches a's branch
Strangers == [a \in Attempts |-> AttemptsOf[Of(a)] \ Finishers[a]]

SetBranch(t, a, state) == branch' = [branch EXCEPT ![t][a] = state]
SetSlot(t, p, value) == slot' = [slot EXCEPT ![t][p] = value]

(******************************** enlisted work ********************************)

DoWork(t, a) ==
  /\ Enlist(t, a)
  /\ SetBranch(t, a, "active")
  /\ UNCHANGED pass

(* Before preparing anyone may abort alone (rule 3); a crash or the branch's own timeout does it too.  *)
LoseWork(t, a) ==
  /\ branch[t][a] = "active"
  /\ SetBranch(t, a, "lost")
  /\ UNCHANGED <<sharedVars, pass>>

(*********************************** voting ************************************)

(* Only the named attempt may vote YES for enlisted work, any other votes NO.                          *)
Holds(t, a) == IF Enlisted /\ ~ Dropped("the named attempt of enlisted work")
                 THEN a = holder[t][Of(a)] /\ branch[t][a] = "active"
                 ELSE branch[t][a] \in {"none", "active"}

Asked(t, p) == closed[t] /\ p \in listed[t]

(* What asks for it may be a stale read, of a record that is decided or gone by now.                   *)
Prepare(t, a) ==
  /\ a \notin down
  /\ Begun(t) /\ Asked(t, Of(a)) /\ Holds(t, a)
  /\ SetBranch(t, a, "prepared")
  /\ UNCHANGED <<sharedVars, pass>>

(* The vote's multi (rule 2).                                                                          *)
VoteChecks(t, p) ==
  /\ Visible(t) /\ Asked(t, p)
  /\ slot[t][p].version = 0
  /\ Guard("the vote's check of the record", record[t] = "undecided")

Vote(t, p, value) ==
  /\ VoteChecks(t, p)
  /\ SetSlot(t, p, value)
  /\ UNCHANGED <<leadership, down, generation, record, closed, listed, history, holder, observed, pass>>

(* A YES that was sent counts as cast until the slot shows otherwise (rule 3).                         *)
YesLands(t, a) ==
  /\ branch[t][a] \in {"prepared", "undone"}
  /\ Vote(t, Of(a), Voted("YES", a))
  /\ UNCHANGED branch

VoteReadOnly(t, a) ==
  /\ a \notin down
  /\ Holds(t, a)
  /\ Vote(t, Of(a), Voted("READ_ONLY", Nobody))
  /\ SetBranch(t, a, "none")

VoteNo(t, p) ==
  /\ Some(AttemptsOf[p])
  /\ Vote(t, p, Voted("NO", Nobody))
  /\ UNCHANGED branch

(********************************* the outcome *********************************)

Counts(t, a) == slot[t][Of(a)].vote = "YES" /\ slot[t][Of(a)].by = a

(* Any instance on the same resource does it. The slot's vote says which branch counts (rule 3).       *)
CommitBranch(t, a) ==
  /\ branch[t][a] = "prepared"
  /\ record[t] = "COMMIT" /\ Counts(t, a)
  /\ Some(Finishers[a])
  /\ SetBranch(t, a, "committed")
  /\ UNCHANGED <<sharedVars, pass>>

MayRollBack(t, a) ==
  \/ record[t] = "ABORT"
  \/ slot[t][Of(a)].vote = "NO"
  \/ slot[t][Of(a)].version > 0 /\ ~ Counts(t, a)             \* it names another attempt
  \/ closed[t] /\ Of(a) \notin listed[t]                      \* no slot under a closed list
  \/ Dropped("NO before rollback") /\ slot[t][Of(a)].version = 0
  \/ Dropped("your own attempt stands") /\ a \notin down /\ slot[t][Of(a)].version > 0    \* BadVersion, misread

RollBack(t, a) ==
  /\ branch[t][a] \in {"prepared", "active"}
  /\ Visible(t) /\ MayRollBack(t, a)
  /\ Some(Finishers[a])
  /\ SetBranch(t, a, "undone")
  /\ UNCHANGED <<sharedVars, pass>>

(* Only after the resource applied, by someone who sees that in the same resource (rule 4). An ABORT's *)
(* acknowledgement is left out: nothing waits for it.                                                  *)
Acknowledge(t, a) ==
  /\ record[t] = "COMMIT" /\ Counts(t, a) /\ slot[t][Of(a)].version = 1
  /\ \/ /\ Guard("acknowledgement after the resource applied", branch[t][a] = "committed")
        /\ Some(Finishers[a])
     \/ /\ Dropped("evidence from the same resource only")      \* "unknown branch", over there
        /\ Some(Strangers[a])
  /\ SetSlot(t, Of(a), [slot[t][Of(a)] EXCEPT !.version = 2])
  /\ UNCHANGED <<leadership, down, generation, record, closed, listed, history, holder, observed, resources>>

(******************************* recovery passes *******************************)

InDoubt(p, binding) == {x \in Transactions \X ({p} \X binding) : branch[x[1]][x[2]] = "prepared"}

(* Rule 5, first: list the resource's branches.                                                        *)
ListBranches(p, binding) ==
  /\ pass[p] = Idle
  /\ InDoubt(p, binding) # {} \/ Dropped("list before write")
  /\ Some({p} \X binding)
  /\ pass' = [pass EXCEPT ![p] = [step |-> "listed", branches |-> InDoubt(p, binding)]]
  /\ UNCHANGED <<sharedVars, branch>>

(* Then a quorum write on this session, then read the records: what is read is at least as new as the  *)
(* write. The pass keeps the listed branches without a record.                                         *)
WriteThenReadRecords(p) ==
  LET candidates == IF Dropped("list before write") THEN Transactions \X Attempts ELSE pass[p].branches
      orphans == {x \in candidates : Of(x[2]) = p /\ record[x[1]] = "absent"}
  IN  /\ pass[p].step = "listed"
      /\ pass' = [pass EXCEPT ![p] = IF orphans = {} THEN Idle ELSE [step |-> "read", branches |-> orphans]]
      /\ UNCHANGED <<sharedVars, branch>>

(* Without the write a new session may meet a follower that has not seen the begin.                    *)
ReadStaleRecords(p) ==
  /\ Dropped("the recovery's quorum write")
  /\ pass[p].step = "listed"
  /\ pass' = [pass EXCEPT ![p].step = "read"]
  /\ UNCHANGED <<sharedVars, branch>>

(* No record means ABORT for the participant's own in-doubt branch.                                    *)
UndoOrphan(t, a) ==
  /\ branch[t][a] = "prepared"
  /\ pass[Of(a)].step = "read"
  /\ <<t, a>> \in pass[Of(a)].branches
  /\ SetBranch(t, a, "undone")
  /\ UNCHANGED <<sharedVars, pass>>

EndPass(p) ==
  /\ pass[p].step = "read"
  /\ \A x \in pass[p].branches : branch[x[1]][x[2]] # "prepared"
  /\ pass' = [pass EXCEPT ![p] = Idle]
  /\ UNCHANGED <<sharedVars, branch>>

(* A process that crashed acts no more. Volatile work is lost by LoseWork, crash or not; an instance   *)
(* that goes on with its pass is one that listed at the same moment.                                   *)
CrashParticipant(a) ==
  /\ a \notin down
  /\ Cardinality(down) < MaxCrashes
  /\ Some(Finishers[a] \ {a})
  /\ down' = down \cup {a}
  /\ UNCHANGED <<leadership, tree, holder, observed, resources>>

(******************************* the next state ********************************)

Next ==
  \/ \E t \in Transactions :
       \/ Initiator(t) /\ UNCHANGED resources
       \/ \E a \in Attempts : \/ DoWork(t, a) \/ LoseWork(t, a)
                              \/ Prepare(t, a) \/ YesLands(t, a) \/ VoteReadOnly(t, a)
                              \/ CommitBranch(t, a) \/ RollBack(t, a) \/ Acknowledge(t, a)
                              \/ UndoOrphan(t, a)
       \/ \E p \in Participants : VoteNo(t, p)
       \/ \E c \in Coordinators : /\ \/ DecideCommit(c, t) \/ DecideAbort(c, t) \/ CarryOutAbort(c, t)
                                     \/ Collect(c, t) \/ Evict(c, t)
                                  /\ UNCHANGED resources
  \/ \E c \in Coordinators : /\ TakeOver(c) \/ Seal(c) \/ RemoveGeneration(c) \/ CrashCoordinator(c)
                             /\ UNCHANGED resources
  \/ \E p \in Participants : \/ \E binding \in Bindings : ListBranches(p, binding)
                             \/ WriteThenReadRecords(p) \/ ReadStaleRecords(p) \/ EndPass(p)
  \/ \E a \in Attempts : CrashParticipant(a)

Spec == Init /\ [][Next]_vars

(****************************** what must hold *********************************)

(* What t is at p, in the words of TCommit: the state of the branch that counts.                       *)
Standing(t, p) ==
  LET mine == {branch[t][a] : a \in AttemptsOf[p]}
      value == slot[t][p]
  IN  CASE value.vote # "YES" /\ "committed" \in mine -> "committed"
        [] value.vote = "YES" -> CASE branch[t][value.by] = "prepared" -> "prepared"
                                   [] branch[t][value.by] = "committed" -> "committed"
                                   [] OTHER -> "aborted"
        [] value.vote = "READ_ONLY" -> "prepared"                \* agrees with either
        [] value.vote = "NO" -> "aborted"
        [] listed[t] # {} /\ p \notin listed[t] -> "prepared"    \* did no work: agrees with either
        [] mine \cap {"undone", "lost"} # {} -> "aborted"
        [] OTHER -> "working"

Standings(t) == [p \in Participants |-> Standing(t, p)]

TC(t) == INSTANCE TCommit WITH RM <- Participants, rmState <- Standings(t)

(* No two participants end differently.                                                                *)
Agreement == \A t \in Transactions : TC(t)!TCConsistent

(* A branch is committed only if it counts and COMMIT was decided.                                     *)
OnlyDecidedCommits ==
  \A t \in Transactions, a \in Attempts :
    branch[t][a] = "committed" => Counts(t, a) /\ "COMMIT" \in decisions[t]

(* COMMIT only on a closed list, not empty, with YES or READ_ONLY everywhere.                          *)
Validity == \A t \in Transactions : "COMMIT" \in decisions[t] => AllYes(t)

(* COMMIT is for the work that was enlisted, not for some successor's empty branch.                    *)
EnlistedWorkCounts ==
  Enlisted => \A t \in Transactions : "COMMIT" \in decisions[t] =>
                \A p \in listed[t] : slot[t][p].vote = "YES" =>
                  branch[t][holder[t][p]] \in {"prepared", "committed"}

OneDecision == \A t \in Transactions : Cardinality(decisions[t]) <= 1

(* Once all slots hold YES no ABORT can exist: that is all that an early outcome rests on.             *)
EarlyOutcomeIsSafe == \A t \in Transactions : AllYes(t) => "ABORT" \notin decisions[t]

(* What the initiator was told is so.                                                                  *)
ToldTheTruth ==
  \A t \in Transactions :
    /\ told[t] = "COMMITTED" => /\ "ABORT" \notin decisions[t]
                                /\ \A p \in Participants : Standing(t, p) # "aborted"
    /\ told[t] = "ABORTED" => /\ "COMMIT" \notin decisions[t]
                              /\ \A p \in Participants : Standing(t, p) # "committed"

(* No COMMIT is collected before every YES voter has applied it.                                       *)
NothingForgotten ==
  \A t \in Transactions : "COMMIT" \in decisions[t] /\ ~ Visible(t) =>
    \A a \in Attempts : Counts(t, a) => branch[t][a] = "committed"

(* A decision can be read in the record or the history, until it is evicted.                           *)
Derivable ==
  \A t \in Transactions : \A d \in decisions[t] : record[t] = d \/ history[t] \in {d, "evicted"}

(* A collected transaction never gets a record again.                                                  *)
NothingResurrected == \A t \in Transactions : record[t] = "undecided" => decisions[t] = {}

OnlyTheLeaderActs == ~ deposedWrote

(* \A t \in Transactions : TC(t)!TCSpec, in the form that TLC checks. Standing reads no other variables. *)
RefinesTCommit ==
  /\ \A t \in Transactions : TC(t)!TCInit
  /\ [][\A t \in Transactions : TC(t)!TCNext \/ Standings(t)' = Standings(t)]_<<branch, slot, listed>>

Symmetry == Permutations(Participants) \cup Permutations(Coordinators) \cup Permutations(Transactions)
       \cup Permutations(Starts \ Elsewhere) \cup Permutations(Elsewhere)

(********************************* termination *********************************)

ByLeader(A(_)) == \E c \in Coordinators : A(c) /\ UNCHANGED resources

Fairness ==
  /\ WF_vars(ByLeader(LAMBDA c : NoLeader /\ TakeOver(c)))
  /\ WF_vars(ByLeader(Seal))
  /\ \A t \in Transactions :
       /\ WF_vars(ByLeader(LAMBDA c : DecideCommit(c, t) \/ DecideAbort(c, t)))
       /\ WF_vars(ByLeader(LAMBDA c : Collect(c, t)))
       /\ \A a \in Attempts :
            /\ WF_vars(CommitBranch(t, a) \/ RollBack(t, a))
            /\ WF_vars(Acknowledge(t, a))
            /\ WF_vars(UndoOrphan(t, a))
  /\ \A p \in Participants :
       /\ WF_vars(\E binding \in Bindings : ListBranches(p, binding))
       /\ WF_vars(WriteThenReadRecords(p))
       /\ WF_vars(EndPass(p))

FairSpec == Spec /\ Fairness

(* Every transaction that begins is decided and collected, and no branch stays prepared.               *)
Ended(t) == /\ ~ Visible(t)
            /\ \A a \in Attempts : branch[t][a] # "prepared"

Termination == <>[](\A t \in Transactions : Ended(t))
================================================================================
