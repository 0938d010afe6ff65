package dev.assent.client;

import dev.assent.protocol.CommitProtocol;
import dev.assent.protocol.Coordination;
import dev.assent.protocol.Enlistment;
import dev.assent.protocol.Initiation.Effect;
import dev.assent.protocol.Initiation.Event;
import dev.assent.protocol.Initiation.State;
import dev.assent.protocol.Machine;
import dev.assent.protocol.SlotView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Backoff;
import dev.assent.store.Loop;
import dev.assent.store.Op;
import dev.assent.store.Session;
import dev.assent.store.WriteResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction of an initiator: feeds what was learned to the initiation table and carries out the effects. What it
 * takes to begin, to close the list and to learn the end is in {@link BeginStep}, {@link ListStep} and {@link
 * DecisionStep}. Lives on the store's loop.
 */
final class Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Flight.class);
    /** What is carried out at once the first time, and after a pause when it has to be repeated. */
    private static final Set<Effect> REPEATED =
            EnumSet.of(Effect.BEGIN_NEW_ID, Effect.BEGIN, Effect.WRITE_LIST, Effect.WRITE_EMPTY_LIST, Effect.LOOK_UP);

    /** What a flight shares with the others of its initiator. */
    record Home(
            Loop loop,
            Sessions sessions,
            Generations generations,
            CommitProtocol protocol,
            InitiatorConfig config,
            LongSupplier random,
            Packing packing,
            EarlyOutcomes early,
            Consumer<Flight> ended) {}

    private final Home home;
    private final BeginRequest request;
    private final Machine<State, Event, Effect> machine;
    private final Backoff backoff;
    private final Set<Effect> carriedOut = EnumSet.noneOf(Effect.class);
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final CompletableFuture<Optional<TransactionId>> opened = new CompletableFuture<>();
    private final BeginStep begin;
    private final ListStep list;
    private final DecisionStep decision;

    private Loop.Timer beginLimit = () -> {};
    private Loop.Timer deadline = () -> {};
    private Optional<Event> wish = Optional.empty();
    private String doubt = "";
    private String ownReason = "";
    private String reason = "";
    private Optional<Refusal> refusal = Optional.empty();

    Flight(Home home, BeginRequest request, String process) {
        this.home = home;
        this.request = request;
        this.machine = home.protocol().initiation().start(State.BEGINNING, "the transaction of " + process);
        this.backoff = new Backoff(home.config().firstPause(), home.config().longestPause(), home.random());
        this.begin = new BeginStep(this, home, request, process);
        this.list = new ListStep(this);
        this.decision = new DecisionStep(this, home.sessions(), home.early());
    }

    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** The open transaction's id once it can be used, or nothing where the answer came first. */
    CompletableFuture<Optional<TransactionId>> opened() {
        return opened;
    }

    /** The participants, once nobody can change them any more and as far as this side knows them. */
    Optional<List<String>> closedList() {
        return request.enlisted()
                ? list.closed()
                : Optional.of(List.copyOf(request.payloads().keySet()));
    }

    /** What these votes say about a closed list (rule 2). */
    Optional<Coordination.Event> tally(List<String> closed, Map<String, SlotView> votes) {
        return home.protocol().tally(Optional.of(closed), votes);
    }

    BeginStep begun() {
        return begin;
    }

    TransactionId id() {
        return begin.id().orElseThrow();
    }

    void start() {
        beginLimit = home.loop().schedule(request.timeout(), () -> guarded(begin::limitPassed));
        armDeadline();
        guarded(begin::newId);
    }

    /** The user ends the enlisted work. */
    void end(Event event, List<Enlistment> tokens, String why) {
        if (machine.ended()) {
            return;
        }
        wish = Optional.of(event);
        ownReason = why;
        list.tokens(tokens);
        armDeadline();
        guarded(() -> {
            if (machine.state() == State.OPEN) {
                fire(event);
            }
        });
    }

    /** The caller waits no longer: nothing was sent, and it is refused, or the outcome is unknown. */
    void giveUp(Refusal.Cause cause, String why) {
        guarded(() -> {
            doubt = joined(why, doubt);
            stopWaiting(Optional.of(new Refusal(cause, why)));
        });
    }

    /** Reads again what is awaited, without any hint (rule 7). */
    void reread() {
        guarded(() -> {
            if (awaits()) {
                decision.await();
            }
        });
    }

    boolean awaits() {
        return machine.state() == State.PENDING || machine.state() == State.OPEN;
    }

    boolean in(State state) {
        return machine.state() == state;
    }

    boolean accepts(Event event) {
        return machine.accepts(event);
    }

    /** Takes a step and carries out its effects. */
    void fire(Event event) {
        State before = machine.state();
        List<Effect> effects = machine.fire(event);
        LOG.debug("{}: {} --{}--> {}", this, before, event, machine.state());
        if (before != machine.state()) {
            backoff.reset();
            carriedOut.clear();
        }
        for (Effect effect : effects) {
            if (REPEATED.contains(effect) && !carriedOut.add(effect)) {
                later(() -> carryOut(effect));
            } else {
                carryOut(effect);
            }
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case BEGIN -> begin.send();
            case BEGIN_NEW_ID -> begin.newId();
            case WRITE_LIST -> list.write();
            case WRITE_EMPTY_LIST -> list.writeEmpty();
            case READ_LIST -> list.readBack();
            case AWAIT_DECISION -> decision.await();
            case LOOK_UP -> decision.lookUp();
            case HAND_OUT -> handOut();
            case ANSWER -> finish();
        }
    }

    private void handOut() {
        opened.complete(begin.id());
        if (wish.isPresent()) {
            fire(wish.get());
        } else {
            deadline.cancel();
            decision.await();
        }
    }

    void refuse(Refusal why) {
        refusal = Optional.of(why);
        fire(Event.BEGIN_REFUSED);
    }

    void decided(Event event, String why) {
        reason = why;
        fire(event);
    }

    /** Why the outcome will be unknown, if it will. */
    void doubt(String why) {
        doubt = why;
    }

    /** Why this side forbids COMMIT. */
    void because(String why) {
        ownReason = joined(ownReason, why);
    }

    private void armDeadline() {
        deadline.cancel();
        Duration limit = request.timeout().plus(home.config().patience());
        deadline = home.loop()
                .schedule(
                        limit,
                        () -> guarded(() -> {
                            doubt = joined("no decision was seen within " + limit, doubt);
                            stopWaiting(Optional.empty());
                        }));
    }

    private void stopWaiting(Optional<Refusal> preferred) {
        if (in(State.BEGINNING) && !begin.underWay()) {
            refuse(preferred.orElseGet(begin::obstacle));
        } else if (machine.accepts(Event.DEADLINE)) {
            fire(Event.DEADLINE);
        }
    }

    private void finish() {
        Answer given = switch (machine.state()) {
            case COMMITTED -> new Answer(Answer.Kind.COMMITTED, begin.id(), reason, Optional.empty());
            case ABORTED -> new Answer(Answer.Kind.ABORTED, begin.id(), joined(ownReason, reason), Optional.empty());
            case REFUSED -> Answer.refused(refusal.orElseThrow());
            default -> new Answer(Answer.Kind.UNKNOWN, begin.id(), doubt, Optional.empty());
        };
        if (given.kind() == Answer.Kind.UNKNOWN) {
            LOG.info("{}: outcome unknown: {}", this, doubt);
        }
        answered(given);
    }

    /** Nothing keeps an ended transaction: no timer, no waiting, no watch (rule 10). */
    private void answered(Answer given) {
        beginLimit.cancel();
        deadline.cancel();
        decision.release();
        home.sessions().forget(this);
        home.ended().accept(this);
        answer.complete(given);
        opened.complete(Optional.empty());
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "; " + second;
    }

    /** Runs {@code task} after a pause, if the state is still the same then. */
    void later(Runnable task) {
        whileUnchanged(backoff.next(), task);
    }

    /** Runs {@code task} after {@code delay}, if the state is still the same then. */
    void whileUnchanged(Duration delay, Runnable task) {
        State asked = machine.state();
        home.loop()
                .schedule(
                        delay,
                        () -> guarded(() -> {
                            if (machine.state() == asked) {
                                task.run();
                            }
                        }));
    }

    /** Runs {@code task} with the current session or the next one, if the state is still the same then. */
    void withSession(Consumer<Session> task) {
        State asked = machine.state();
        home.sessions()
                .use(
                        this,
                        session -> guarded(() -> {
                            if (machine.state() == asked) {
                                task.accept(session);
                            }
                        }));
    }

    CompletableFuture<WriteResult> write(Session session, List<Op> operations) {
        return home.sessions().write(session, operations);
    }

    /** Hands an answer of the store on, if the state is still the one in which it was asked for. */
    <T> void on(CompletableFuture<T> asked, BiConsumer<T, Throwable> then) {
        State state = machine.state();
        var unused = asked.whenComplete((value, failure) -> guarded(() -> {
            if (machine.state() == state) {
                then.accept(value, failure);
            }
        }));
    }

    /** A defect in one transaction harms no other (rule 12), and its caller is told that nobody knows. */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("{}: a step failed; the caller is told that the outcome is unknown", this, e);
            if (!answer.isDone()) {
                String why = "a step failed: " + e;
                answered(
                        begin.id().isEmpty()
                                ? Answer.refused(new Refusal(Refusal.Cause.FAILED, why))
                                : new Answer(Answer.Kind.UNKNOWN, begin.id(), why, Optional.empty()));
            }
        }
    }

    @Override
    public String toString() {
        return begin.id().map(TransactionId::toString).orElse("transaction not begun");
    }
}
