package dev.assent.cli;

import dev.assent.client.Inspector;
import dev.assent.protocol.TransactionId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks how a transaction ended. */
@Command(
        name = "outcome",
        description = {
            "Asks how a transaction ended: PENDING, COMMITTED, ABORTED or FORGOTTEN. Each of them is an answer, exit code 0.",
            "FORGOTTEN: neither record nor history; it never existed, or ended so long ago that its entry was dropped."
                    + " It is not ABORTED."
        })
final class OutcomeCommand extends ReadingCommand {
    @Parameters(paramLabel = "ID", converter = TransactionIds.class, description = "As in 1-00c0ffee00c0ffee.")
    private TransactionId id;

    @Override
    ExitCode read(Inspector inspector) throws InterruptedException {
        OutcomeText.print(await("the outcome of " + id, inspector.outcome(id)), json(), out());
        return ExitCode.OK;
    }
}
