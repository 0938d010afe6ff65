-------------------------------- MODULE Packing --------------------------------
(* Transactions that were begun together share a node: each keeps nodes of its own, here called        *)
(* registers, with versions of their own, inside the content of a bundle. A role asks for a multi on   *)
(* registers; the layer below it computes, on copies of the bundles, a multi on the bundles. This      *)
(* module says that nobody can tell: whatever is answered is what the multi on the registers, in one   *)
(* step, would have been answered, and nothing else happens to any register.                           *)
(*                                                                                                     *)
(* One multi of one client is looked at, and everybody else is "they": what they do to a bundle, by    *)
(* the layer or not, is a change of it that raises its version. README.md says why that is enough.     *)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Kinds,          \* of operations that the client asks for: "create", "set", "delete", "check"
  MaxChanges,     \* how often they change a bundle
  Without         \* the guards that are taken away; {} is the layer

VARIABLES
  generation,     \* a node of its own, "open" or "sealed"
  bundle,         \* bundle[n]: the bundle's version and what it holds
  past,           \* past[n]: every state that bundle ever had
  changes,        \* how often they changed one
  asked,          \* the client's multi
  step,           \* of the client: "asking", "sent", "unheard", "answered"
  used,           \* the copies that the request was computed from
  plan,           \* what the multi does on them
  answer,         \* what the client was told, or Silence
  done,           \* for properties: how often the multi took effect
  true            \* for properties: each success and each refusal was the truth in its own step

vars == <<generation, bundle, past, changes, asked, step, used, plan, answer, done, true>>

Dropped(guard) == guard \in Without
Guard(guard, condition) == Dropped(guard) \/ condition

Bundles == {"a", "b"}
Registers == {"a1", "a2", "b1"}
MembersOf == [n \in Bundles |-> IF n = "a" THEN {"a1", "a2"} ELSE {"b1"}]
Of(r) == IF r = "b1" THEN "b" ELSE "a"

Absent == [version |-> -1, by |-> "nobody"]
Present(version, who) == [version |-> version, by |-> who]
Gone(n) == [version |-> -1, holds |-> [r \in MembersOf[n] |-> Absent]]
Empty(holds) == \A r \in DOMAIN holds : holds[r] = Absent

(* What the roles see.                                                                                 *)
Seen == [r \in Registers |-> bundle[Of(r)].holds[r]]

(************************* a multi on registers, in one step *************************)

Operation(kind, r) == [kind |-> kind, register |-> r]      \* on version 0, where it expects one
CheckGeneration == [kind |-> "generation"]

(* All pairs but for the names of the members.                                                         *)
Pairs == {<<"a1", "a1">>, <<"a1", "a2">>, <<"a1", "b1">>, <<"b1", "a1">>}
Bare == {<<Operation(k, "a1")>> : k \in Kinds}
   \cup {<<Operation(k, pair[1]), Operation(l, pair[2])>> : k \in Kinds, l \in Kinds, pair \in Pairs}

Has(ops, kind) == \E i \in DOMAIN ops : ops[i].kind = kind

(* Whatever creates checks the generation (rule 6).                                                    *)
Multis == {IF Has(ops, "create") THEN <<CheckGeneration>> \o ops ELSE ops : ops \in Bare}

Fault(op, register) == CASE op.kind = "create" /\ register # Absent -> "NodeExists"
                         [] op.kind # "create" /\ register = Absent -> "NoNode"
                         [] op.kind # "create" /\ register.version # 0 -> "BadVersion"
                         [] OTHER -> "none"

After(op, register) == CASE op.kind = "create" -> Present(0, "me")
                         [] op.kind = "set" -> Present(register.version + 1, "me")
                         [] op.kind = "delete" -> Absent
                         [] OTHER -> register

(* "none" at the end, or the first operation that fails; nothing changes then.                         *)
RECURSIVE Run(_, _, _, _)
Run(ops, i, registers, open) ==
  IF i > Len(ops) THEN [fault |-> "none", at |-> 0, registers |-> registers]
  ELSE IF ops[i].kind = "generation"
    THEN IF open THEN Run(ops, i + 1, registers, open)
                 ELSE [fault |-> "BadVersion", at |-> i, registers |-> registers]
    ELSE LET r == ops[i].register
             fault == Fault(ops[i], registers[r])
         IN  IF fault # "none" THEN [fault |-> fault, at |-> i, registers |-> registers]
             ELSE Run(ops, i + 1, [registers EXCEPT ![r] = After(ops[i], @)], open)

Told(result) == [fault |-> result.fault, at |-> result.at]
Silence == [fault |-> "silence", at |-> 0]
Lost == [fault |-> "lost", at |-> 0]
Success == [fault |-> "none", at |-> 0]

InOneStep == Run(asked, 1, Seen, generation = "open")

(******************************** the others *********************************)

Others == <<asked, step, used, plan, answer, done, true>>

(* Once the client was answered, nothing is left to be seen.                                           *)
Become(n, state) ==
  /\ step # "answered"
  /\ changes < MaxChanges
  /\ changes' = changes + 1
  /\ bundle' = [bundle EXCEPT ![n] = state]
  /\ past' = [past EXCEPT ![n] = @ \cup {state}]

Successors(register) ==
  IF register = Absent THEN {Present(0, "them")} ELSE {Absent, Present(register.version + 1, "them")}

TheyChange(n) ==
  /\ bundle[n].version >= 0
  /\ \E r \in MembersOf[n] : \E next \in Successors(bundle[n].holds[r]) :
       LET holds == [bundle[n].holds EXCEPT ![r] = next]
       IN  /\ ~ Empty(holds)
           /\ Become(n, [version |-> bundle[n].version + 1, holds |-> holds])
  /\ UNCHANGED <<generation, Others>>

(* The members that were begun together, in one create.                                                *)
TheyCreate(n) ==
  /\ bundle[n].version < 0
  /\ Guard("a bundle's generation is open", generation = "open")
  /\ \E begun \in SUBSET MembersOf[n] \ {{}} :
       Become(n, [version |-> 0, holds |-> [r \in MembersOf[n] |-> IF r \in begun THEN Present(0, "them") ELSE Absent]])
  /\ UNCHANGED <<generation, Others>>

(* The last member goes, and the bundle with it.                                                       *)
TheyRemove(n) ==
  /\ bundle[n].version >= 0
  /\ Guard("a bundle outlives its open generation", generation = "sealed")
  /\ Cardinality({r \in MembersOf[n] : bundle[n].holds[r] # Absent}) = 1
  /\ Become(n, Gone(n))
  /\ UNCHANGED <<generation, Others>>

Seal ==
  /\ step # "answered"
  /\ generation = "open"
  /\ generation' = "sealed"
  /\ UNCHANGED <<bundle, past, changes, Others>>

(******************************** the layer **********************************)

NoCopies == [n \in Bundles |-> Gone(n)]
NoPlan == [fault |-> "none", at |-> 0, registers |-> [r \in Registers |-> Absent]]
Forget == used' = NoCopies /\ plan' = NoPlan

Touched(upTo) == {Of(asked[i].register) : i \in {j \in 1..upTo : asked[j].kind # "generation"}}
NewHolds(n) == [r \in MembersOf[n] |-> plan.registers[r]]
Changed(n) == plan.fault = "none" /\ NewHolds(n) # used[n].holds

(* A copy is any state that the bundle ever had: read from a follower, or kept since whenever.         *)
Send ==
  /\ step = "asking"
  /\ Has(asked, "delete") => Guard("a bundle outlives its open generation", generation = "sealed")
  /\ used' \in {copies \in [Bundles -> UNION {past[n] : n \in Bundles}] :
                  \A n \in Bundles : IF n \in Touched(Len(asked)) THEN copies[n] \in past[n]
                                                                  ELSE copies[n] = Gone(n)}
  /\ plan' = Run(asked, 1, [r \in Registers |-> used'[Of(r)].holds[r]], TRUE)
  /\ step' = "sent"
  /\ UNCHANGED <<generation, bundle, past, changes, asked, answer, done, true>>

(* What the servers refuse: the bundle is not as its copy. Nothing at all where it is not checked.     *)
Stale(n) ==
  IF Changed(n)
    THEN IF Dropped("the version of a changed bundle")
           THEN (bundle[n].version < 0) # (used[n].version < 0)
           ELSE bundle[n].version # used[n].version
    ELSE IF plan.fault = "none"
           THEN ~ Dropped("the check of an unchanged bundle") /\ bundle[n].version # used[n].version
           ELSE bundle[n].version # used[n].version

(* A bundle goes where its first operation was, so that the first failure is the first of the multi.   *)
Refuses(i) == IF asked[i].kind = "generation" THEN generation # "open" ELSE Stale(Of(asked[i].register))

(* All of the multi; or, where it fails on the copies, what makes it fail: checks alone, up to there.  *)
Upto == IF plan.fault = "none" THEN Len(asked) ELSE plan.at
Refused == {i \in 1..Upto : Refuses(i)}
First == CHOOSE i \in Refused : \A j \in Refused : i <= j

TakesEffect ==
  LET Next(n) == IF ~ Changed(n) THEN bundle[n]
                 ELSE IF Empty(NewHolds(n)) THEN Gone(n)
                 ELSE [version |-> bundle[n].version + 1, holds |-> NewHolds(n)]
  IN  /\ bundle' = [n \in Bundles |-> Next(n)]
      /\ past' = [n \in Bundles |-> past[n] \cup {Next(n)}]
      /\ done' = done + 1
      /\ true' = (true /\ InOneStep.fault = "none" /\ Seen' = InOneStep.registers)

Nothing == UNCHANGED <<bundle, past, done>>

Tell(what) ==
  /\ step' = "answered"
  /\ answer' = what

(* The request arrives and its answer does, too.                                                       *)
Deliver ==
  /\ step = "sent"
  /\ IF Refused # {} /\ asked[First].kind # "generation"
       THEN /\ step' = "asking"                              \* with a fresh copy
            /\ Nothing
            /\ UNCHANGED <<answer, true>>
     ELSE IF Refused # {}
       THEN LET what == [fault |-> "BadVersion", at |-> First]
            IN  Tell(what) /\ Nothing /\ true' = (true /\ what = Told(InOneStep))
     ELSE IF plan.fault # "none"
       THEN Tell(Told(plan)) /\ Nothing /\ true' = (true /\ Told(plan) = Told(InOneStep))
       ELSE Tell(Success) /\ TakesEffect
  /\ Forget
  /\ UNCHANGED <<generation, changes, asked>>

BelieveTheCopy ==
  /\ Dropped("a refusal seen on a copy is confirmed")
  /\ step = "sent"
  /\ plan.fault # "none"
  /\ Tell(Told(plan))
  /\ true' = (true /\ Told(plan) = Told(InOneStep))
  /\ Nothing
  /\ Forget
  /\ UNCHANGED <<generation, changes, asked>>

(* Its answer is lost: the client is told so, and the request may still arrive, now or much later.     *)
Lose ==
  /\ step = "sent"
  /\ step' = "unheard"
  /\ answer' = Lost
  /\ UNCHANGED <<generation, bundle, past, changes, asked, used, plan, done, true>>

DeliverUnheard ==
  /\ step = "unheard"
  /\ IF Refused = {} /\ plan.fault = "none" THEN TakesEffect ELSE Nothing /\ UNCHANGED true
  /\ IF Dropped("a lost multi is not sent again")
       THEN step' = "asking" /\ answer' = Silence
       ELSE Tell(Lost)
  /\ Forget
  /\ UNCHANGED <<generation, changes, asked>>

(******************************* the next state ********************************)

Init ==
  /\ generation = "open"
  /\ \E registers \in [Registers -> {Absent, Present(0, "them")}] :
       bundle = [n \in Bundles |->
                   LET holds == [r \in MembersOf[n] |-> registers[r]]
                   IN  IF Empty(holds) THEN Gone(n) ELSE [version |-> 0, holds |-> holds]]
  /\ past = [n \in Bundles |-> {Gone(n), bundle[n]}]
  /\ changes = 0
  /\ asked \in Multis
  /\ step = "asking"
  /\ used = NoCopies
  /\ plan = NoPlan
  /\ answer = Silence
  /\ done = 0
  /\ true = TRUE

Next ==
  \/ \E n \in Bundles : TheyChange(n) \/ TheyCreate(n) \/ TheyRemove(n)
  \/ Seal
  \/ Send \/ Deliver \/ BelieveTheCopy \/ Lose \/ DeliverUnheard

Spec == Init /\ [][Next]_vars

(****************************** what must hold *********************************)

TypeOK ==
  /\ generation \in {"open", "sealed"}
  /\ \A n \in Bundles : bundle[n].version >= -1 /\ (bundle[n].version < 0) = Empty(bundle[n].holds)
  /\ \A n \in Bundles : bundle[n] \in past[n]
  /\ asked \in Multis
  /\ step \in {"asking", "sent", "unheard", "answered"}

(* Where it takes effect, every register becomes what the multi on registers makes of it, and none     *)
(* else. Where it is refused, so would be the multi on registers: there, and for that.                 *)
AsInOneStep == true

(* Success is one effect, a refusal is none, a lost answer is one at most.                             *)
OnceAtMost ==
  /\ answer = Success => done = 1
  /\ answer = Lost => done <= 1
  /\ answer \notin {Success, Lost} => done = 0
================================================================================
