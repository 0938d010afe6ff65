package dev.assent.cli;

import dev.assent.client.Inspector;
import dev.assent.client.InspectorConfig;
import dev.assent.client.OperationView;
import dev.assent.client.Operator;
import dev.assent.client.OutcomeView;
import dev.assent.client.TransactionView;
import dev.assent.protocol.TransactionId;
import dev.assent.store.Operation;
import dev.assent.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the leader to abort or forget a transaction. */
@Command(
        name = "resolve",
        description = {
            "Asks the leader to abort an undecided transaction, or to forget a broken promise whose cause was mended.",
            "Says what will happen, asks for a confirmation, and waits for the leader's answer. The request stays in the"
                    + " tree with its actor and reason. The leader refuses to abort where the outcome is already"
                    + " determined (exit code 4)."
        })
final class ResolveCommand extends BaseCommand {
    @Mixin
    private ConnectionOptions connection;

    @Parameters(paramLabel = "ID", converter = TransactionIds.class, description = "As in 1-00c0ffee00c0ffee.")
    private TransactionId id;

    @ArgGroup(multiplicity = "1")
    private Action action;

    /** What to do. */
    static final class Action {
        @Option(names = "--abort", description = "Abort the transaction.")
        private boolean abort;

        @Option(names = "--forget", description = "Forget its heuristic outcome.")
        private boolean forget;

        Operation.Kind kind() {
            return forget && !abort ? Operation.Kind.FORGET : Operation.Kind.ABORT;
        }
    }

    @Option(names = "--actor", required = true, paramLabel = "WHO", description = "Who asks; kept with the request.")
    private String actor;

    @Option(names = "--reason", required = true, paramLabel = "WHY", description = "Why; kept with the request.")
    private String reason;

    @Option(names = "--yes", description = "Do not ask for a confirmation.")
    private boolean yes;

    @Option(
            names = "--limit",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "How long to wait for the leader's answer (default: ${DEFAULT-VALUE}).")
    private Duration limit;

    @Override
    ExitCode execute() throws InterruptedException {
        Operation.Kind kind = action.kind();
        try {
            var unused = Operation.request(kind, id, actor, reason);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
        if (!yes && Terminal.console().isEmpty()) {
            throw CliException.usage("there is no console to confirm on: add --yes to go on without");
        }
        try (Store store = Connection.open(connection)) {
            SecureRandom random = new SecureRandom();
            InspectorConfig config =
                    InspectorConfig.defaults(connection.zooKeeper()).withLimit(limit);
            Inspector inspector = new Inspector(store, config, random::nextLong);
            inspector.start();
            progress(description(inspector, kind));
            confirm();
            Operator operator = new Operator(store, config, random::nextLong);
            operator.start();
            return answered(await("the leader's answer", operator.submit(kind, id, actor, reason)));
        }
    }

    private String description(Inspector inspector, Operation.Kind kind) throws InterruptedException {
        Optional<TransactionView> view = await("transaction " + id, inspector.transaction(id));
        String standing;
        if (view.isPresent()) {
            boolean decided = view.get().state() == TransactionView.State.COMMITTED
                    || view.get().state() == TransactionView.State.ABORTED;
            if (kind == Operation.Kind.ABORT && decided) {
                return id + " is " + TransactionText.state(view.get().state())
                        + ": the leader will refuse, and keep the request.";
            }
            standing = id + " is " + TransactionText.state(view.get().state()) + ": "
                    + view.get().next() + ".";
        } else {
            OutcomeView outcome = await("the outcome of " + id, inspector.outcome(id));
            standing = id + " has no record; it is " + outcome.state() + ": " + outcome.reason() + ".";
        }
        return standing
                + (kind == Operation.Kind.ABORT
                        ? " The leader will write ABORT, and every participant will roll back its part; the leader"
                                + " refuses if all votes are in or a decision is written."
                        : " The leader will remove its heuristic outcome from the history; nothing in any resource"
                                + " changes.");
    }

    private void confirm() {
        if (yes) {
            return;
        }
        String typed = Terminal.console()
                .map(console -> console.readLine("Go on? Type yes: "))
                .orElse(null);
        if (typed == null || !typed.strip().equals("yes")) {
            throw CliException.refused("not confirmed; nothing was done");
        }
    }

    private ExitCode answered(OperationView view) {
        Optional<Operation.Result> result = view.result();
        if (result.isEmpty()) {
            out().println("UNANSWERED operation " + view.id() + ": " + view.problem()
                    + "; it stands, and a leader will carry it out");
            return ExitCode.UNKNOWN;
        }
        if (!result.get().done()) {
            throw CliException.refused(result.get().detail());
        }
        out().println("DONE operation " + view.id() + ": " + result.get().detail());
        return ExitCode.OK;
    }
}
