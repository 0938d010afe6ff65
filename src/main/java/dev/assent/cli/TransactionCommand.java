package dev.assent.cli;

import dev.assent.client.Inspector;
import dev.assent.client.OutcomeView;
import dev.assent.client.TransactionView;
import dev.assent.protocol.TransactionId;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one transaction. */
@Command(
        name = "transaction",
        description =
                "Shows one transaction: participants, votes, decision, who is missing, since when, what happens next.")
final class TransactionCommand extends ReadingCommand {
    @Parameters(paramLabel = "ID", converter = TransactionIds.class, description = "As in 1-00c0ffee00c0ffee.")
    private TransactionId id;

    @Override
    ExitCode read(Inspector inspector) throws InterruptedException {
        Optional<TransactionView> view = await("transaction " + id, inspector.transaction(id));
        if (view.isEmpty()) {
            OutcomeView outcome = await("the outcome of " + id, inspector.outcome(id));
            OutcomeText.print(outcome, json(), out());
            progress("no record of " + id + " at " + place() + ": this is what the history says");
        } else if (json()) {
            out().println(JsonText.line(TransactionText.full(view.get())));
        } else {
            TransactionText.print(view.get(), out());
        }
        return ExitCode.OK;
    }
}
