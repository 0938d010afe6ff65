package dev.assent.cli;

import dev.assent.client.OutcomeView;
import java.io.PrintWriter;

/** An outcome in a line. Stateless. */
final class OutcomeText {
    private OutcomeText() {}

    static void print(OutcomeView view, boolean json, PrintWriter out) {
        print(view.id().toString(), view.state().name(), view.reason(), json, out);
    }

    static void print(String id, String outcome, String reason, boolean json, PrintWriter out) {
        if (json) {
            out.println(JsonText.line(
                    JsonText.object().put("id", id).put("outcome", outcome).put("reason", reason)));
        } else {
            out.println(outcome + (id == null ? "" : " " + id) + (reason.isEmpty() ? "" : ": " + reason));
        }
    }
}
