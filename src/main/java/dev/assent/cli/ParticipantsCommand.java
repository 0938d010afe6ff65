package dev.assent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assent.client.Inspector;
import dev.assent.client.ParticipantView;
import dev.assent.client.ParticipantView.InstanceView;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists participants. */
@Command(name = "participants", description = "Lists who is registered, which instances run, and how much work waits.")
final class ParticipantsCommand extends ReadingCommand {
    @Override
    ExitCode read(Inspector inspector) throws InterruptedException {
        List<ParticipantView> views = await("the list of participants", inspector.participants());
        if (json()) {
            ArrayNode array = JsonText.array();
            views.forEach(view -> array.add(json(view)));
            out().println(JsonText.line(array));
        } else {
            Table table = new Table("PARTICIPANT", "KIND", "WAITING", "INSTANCES", "HEURISTICS");
            views.forEach(view -> table.row(
                    view.name(),
                    view.kind().orElse("?"),
                    view.waiting(),
                    view.instances().isEmpty()
                            ? "none"
                            : view.instances().stream().map(InstanceView::id).collect(Collectors.joining(", ")),
                    view.heuristics().isEmpty() ? "none" : String.join(", ", view.heuristics())));
            table.print(out());
        }
        if (views.isEmpty()) {
            explainEmpty(inspector);
        }
        views.forEach(view -> view.problems().forEach(problem -> progress("problem: " + problem)));
        return ExitCode.OK;
    }

    private static ObjectNode json(ParticipantView view) {
        ObjectNode node = JsonText.object().put("name", view.name());
        JsonText.put(node, "kind", view.kind());
        node.put("waiting", view.waiting());
        ArrayNode instances = node.putArray("instances");
        view.instances()
                .forEach(instance -> instances
                        .addObject()
                        .put("id", instance.id())
                        .put("attempt", instance.attempt())
                        .put("resource", instance.resource()));
        node.set("heuristics", JsonText.texts(view.heuristics()));
        node.set("problems", JsonText.texts(view.problems()));
        return node;
    }
}
