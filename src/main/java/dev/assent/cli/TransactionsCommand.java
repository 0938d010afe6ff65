package dev.assent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.assent.client.Inspector;
import dev.assent.client.TransactionView;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists transactions. */
@Command(
        name = "transactions",
        description = {
            "Lists the transactions that have a record; --state pending shows those without a decision.",
            "A finished transaction has a record until its generation is sealed; later ask with 'assent outcome ID'."
        })
final class TransactionsCommand extends ReadingCommand {
    private static final String PENDING = "pending";
    private static final int MAX_LIMIT = 1_000_000;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "Only those that are open, voting, in-doubt, committed, aborted or unreadable; pending stands for"
                            + " the first three.")
    private String state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    void check() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw CliException.usage("--limit " + limit + " is not in 1.." + MAX_LIMIT);
        }
        var unused = wanted();
    }

    private Predicate<TransactionView> wanted() {
        if (state == null) {
            return view -> true;
        }
        if (state.equals(PENDING)) {
            return view -> view.state().pending();
        }
        return Arrays.stream(TransactionView.State.values())
                .filter(each -> TransactionText.state(each).equals(state))
                .findFirst()
                .<Predicate<TransactionView>>map(each -> view -> view.state() == each)
                .orElseThrow(() -> CliException.usage("--state '" + state + "' is none of pending, "
                        + Arrays.stream(TransactionView.State.values())
                                .map(TransactionText::state)
                                .collect(Collectors.joining(", "))));
    }

    @Override
    ExitCode read(Inspector inspector) throws InterruptedException {
        List<TransactionView> found = await("the list of transactions", inspector.transactions(wanted()));
        List<TransactionView> shown = found.subList(0, Math.min(limit, found.size()));
        if (json()) {
            ArrayNode array = JsonText.array();
            shown.forEach(view -> array.add(TransactionText.summary(view)));
            out().println(JsonText.line(array));
        } else {
            Table table = new Table("TRANSACTION", "STATE", "BEGUN", "NEXT");
            shown.forEach(view -> table.row(
                    view.name(),
                    TransactionText.state(view.state()),
                    JsonText.time(view.createdMillis()),
                    view.next()));
            table.print(out());
        }
        if (found.isEmpty()) {
            explainEmpty(inspector);
        }
        if (shown.size() < found.size()) {
            progress(shown.size() + " of " + found.size() + " transactions are shown; --limit shows more");
        }
        return ExitCode.OK;
    }
}
