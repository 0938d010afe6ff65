-------------------------------- MODULE TCommit --------------------------------
(* The specification that every atomic commit protocol has to implement: J. Gray and L. Lamport,       *)
(* "Consensus on Transaction Commit", ACM TODS 31(1), 2006, section 2. Written from the paper.         *)
CONSTANT RM             \* the resource managers that take part
VARIABLE rmState        \* rmState[rm]: what the transaction is at resource manager rm

TCTypeOK == rmState \in [RM -> {"working", "prepared", "committed", "aborted"}]

TCInit == rmState = [rm \in RM |-> "working"]

canCommit == \A rm \in RM : rmState[rm] \in {"prepared", "committed"}

notCommitted == \A rm \in RM : rmState[rm] # "committed"

Prepare(rm) == /\ rmState[rm] = "working"
               /\ rmState' = [rmState EXCEPT ![rm] = "prepared"]

Decide(rm) == \/ /\ rmState[rm] = "prepared"
                 /\ canCommit
                 /\ rmState' = [rmState EXCEPT ![rm] = "committed"]
              \/ /\ rmState[rm] \in {"working", "prepared"}
                 /\ notCommitted
                 /\ rmState' = [rmState EXCEPT ![rm] = "aborted"]

TCNext == \E rm \in RM : Prepare(rm) \/ Decide(rm)

TCSpec == TCInit /\ [][TCNext]_rmState

TCConsistent == \A rm1, rm2 \in RM : ~ (rmState[rm1] = "aborted" /\ rmState[rm2] = "committed")
================================================================================
