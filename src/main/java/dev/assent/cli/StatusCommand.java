package dev.assent.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assent.client.ClusterView;
import dev.assent.client.ClusterView.ReplicaView;
import dev.assent.client.Inspector;
import java.time.Duration;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Shows the installation. */
@Command(
        name = "status",
        description = {
            "Shows who leads, with which epoch, which replicas run, what is pending and for how long the oldest transaction"
                    + " has been in doubt.",
            "With --json: leader (an id or null), epoch, replicas, pending (numbers), oldestInDoubtMillis (a number or"
                    + " null)."
        })
final class StatusCommand extends ReadingCommand {
    @Override
    ExitCode read(Inspector inspector) throws InterruptedException {
        ClusterView view = await("the status", inspector.cluster());
        explainEmpty(view);
        if (json()) {
            ObjectNode node = JsonText.object();
            JsonText.put(node, "leader", view.leader());
            node.put("epoch", view.epoch())
                    .put("replicas", view.replicas().size())
                    .put("pending", view.pending())
                    .put("oldestInDoubtMillis", view.oldestInDoubtMillis().orElse(null));
            out().println(JsonText.line(node));
        } else {
            print(view);
        }
        return ExitCode.OK;
    }

    private void print(ClusterView view) {
        Table table = new Table("leader", view.leader().orElse("none"));
        table.row("epoch", view.epoch());
        table.row("replicas", view.replicas().size() + names(view));
        table.row("pending", view.pending() + ", in doubt: " + view.inDoubt());
        table.row(
                "oldest in doubt",
                view.oldestInDoubtMillis()
                        .map(millis -> Durations.format(Duration.ofMillis(millis)))
                        .orElse("none"));
        table.row("decided", view.decided() + ", to be removed once their generation is sealed");
        table.row(
                "generations",
                view.generations().stream()
                        .map(each -> each.number() + (each.sealed() ? " (sealed, " : " (") + each.transactions() + ")")
                        .collect(Collectors.joining(", ")));
        table.row("operations", view.operationsWaiting() + " without an answer");
        table.row("heuristics", view.heuristics().isEmpty() ? "none" : String.join(", ", view.heuristics()));
        table.row("unreadable", view.unreadable());
        table.print(out());
        view.problems().forEach(problem -> progress("problem: " + problem));
    }

    private static String names(ClusterView view) {
        return view.replicas().stream()
                .map(StatusCommand::name)
                .collect(Collectors.joining(", ", view.replicas().isEmpty() ? "" : ": ", ""));
    }

    private static String name(ReplicaView replica) {
        return replica.id() + " (" + replica.release() + ", " + replica.address() + ")";
    }
}
