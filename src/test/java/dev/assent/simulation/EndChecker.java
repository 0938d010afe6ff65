package dev.assent.simulation;

import dev.assent.protocol.BranchId;
import dev.assent.protocol.Decision;
import dev.assent.protocol.Vote;
import dev.assent.store.InMemoryTree;
import dev.assent.store.Paths;
import java.util.ArrayList;
import java.util.List;

/** What has to hold once no fault happens any more: everything ended, and the tree is as it was before. */
final class EndChecker {
    private final World world;

    EndChecker(World world) {
        this.world = world;
    }

    /** Everything that has not ended yet. */
    List<String> pending() {
        List<String> left = new ArrayList<>();
        for (Ghost ghost : world.ledger.ghosts().values()) {
            if (ghost.decision.isEmpty() && !ghost.garbage) {
                left.add(ghost.id + " is undecided: list " + ghost.list + ", slots " + ghost.slots);
            } else if (!ghost.collected) {
                left.add(ghost.id + " is not collected: " + ghost.decision + ", slots " + ghost.slots);
            }
        }
        if (world.answers.waiting() > 0) {
            left.add(world.answers.waiting() + " initiators wait for an answer");
        }
        world.ledger
                .databases()
                .forEach((name, database) ->
                        database.held(name).forEach(branch -> left.add(branch + " is " + database.state(branch))));
        for (ParticipantProcess process : world.participants) {
            int unfinished = process.unfinished();
            if (unfinished > 0) {
                left.add(process.name + " works on " + unfinished + " branches");
            }
        }
        tree(left, world.tree.seen());
        tree(left, world.ensemble.committed());
        return left;
    }

    private void tree(List<String> left, InMemoryTree tree) {
        List<String> generations = tree.children(Paths.TRANSACTIONS).orElse(List.of());
        if (generations.size() != 1) {
            left.add("generations " + generations + " are left");
        }
        for (String generation : generations) {
            List<String> records =
                    tree.children(Paths.TRANSACTIONS + "/" + generation).orElse(List.of());
            if (!records.isEmpty()) {
                left.add("records " + records + " are left");
            }
        }
        for (String name : world.names) {
            for (String generation : tree.children(Paths.inbox(name)).orElse(List.of())) {
                String inbox = Paths.inbox(name) + "/" + generation;
                if (!generations.contains(generation)) {
                    left.add(inbox + " is left without its generation");
                }
                tree.children(inbox).orElse(List.of()).forEach(entry -> left.add(inbox + "/" + entry + " is left"));
            }
        }
    }

    /** Holds every database against the decisions. */
    void agreement() {
        world.answers.checkRefused();
        for (Ghost ghost : world.ledger.ghosts().values()) {
            ghost.slots.forEach((name, slot) -> {
                if (slot.isPresent() && slot.get().vote() == Vote.YES && ghost.decided(Decision.COMMIT)) {
                    BranchId branch = SlotChecker.branch(
                            world.ensemble.committed(), ghost, name, slot.get().attempt());
                    if (world.ledger.state(branch) != SimulatedDatabase.State.COMMITTED
                            && !world.resources.excused(branch)) {
                        world.journal.violation(
                                "rule 4", branch + " is " + world.ledger.state(branch) + " under COMMIT");
                    }
                }
            });
        }
        world.ledger
                .databases()
                .values()
                .forEach(database -> database.branches().forEach((branch, state) -> {
                    boolean committed = world.ledger
                            .ghost(branch.transaction())
                            .filter(ghost -> ghost.decided(Decision.COMMIT))
                            .isPresent();
                    if (state == SimulatedDatabase.State.COMMITTED && !committed) {
                        world.journal.violation("rule 3", branch + " is committed and its transaction is not");
                    }
                }));
    }
}
