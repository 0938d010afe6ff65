package dev.assent.cli.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The transfers of a demo in their order: those before the takeover, those around it, and those after it. For one thread. */
public final class Act {
    /** Instead of a time where no takeover was seen. */
    public static final long NEVER = -1;

    private final DemoOptions options;
    private final Teller teller;
    private final Deque<Transfer> plan;

    public Act(DemoOptions options, Teller teller, List<String> banks) {
        this.options = options;
        this.teller = teller;
        this.plan = new ArrayDeque<>(Transfer.plan(options.seed(), options.transactions(), banks));
    }

    /** Sends the first ones and waits for their ends; answers how many there were. */
    public int before() throws Exception {
        teller.sendAll(take((options.transactions() - DemoOptions.MIN_TRANSACTIONS) / 2));
        return teller.awaitAll().size();
    }

    /** Plays the takeover until it came off; answers the milliseconds from the kill to the decision, or {@link #NEVER}. */
    public long around(Takeover takeover) throws Exception {
        Optional<Long> millis = Optional.empty();
        for (int attempt = 1; millis.isEmpty() && attempt <= DemoOptions.SCENE_ATTEMPTS; attempt++) {
            List<Transfer> scene = take(DemoOptions.SCENE_TRANSFERS);
            // The last attempt does not depend on this machine's speed.
            boolean holdVotes = options.holdVotes() || attempt == DemoOptions.SCENE_ATTEMPTS;
            millis = takeover.play(() -> sendScene(scene), holdVotes);
            teller.awaitAll();
        }
        return millis.orElse(NEVER);
    }

    /** What is left for the new leader. */
    public List<Transfer> after() {
        return take(plan.size());
    }

    private List<CompletableFuture<Settled>> sendScene(List<Transfer> scene) {
        List<CompletableFuture<Settled>> sent = new ArrayList<>();
        for (int place = 0; place < scene.size(); place++) {
            sent.add(teller.send(scene.get(place).inScene(place)));
        }
        return sent;
    }

    private List<Transfer> take(int count) {
        List<Transfer> taken = new ArrayList<>();
        while (taken.size() < count && !plan.isEmpty()) {
            taken.add(plan.removeFirst());
        }
        return taken;
    }
}
