package dev.assent.cli;

import dev.assent.Assent;
import dev.assent.AssentOptions;
import dev.assent.Outcome;
import dev.assent.OutcomeUnknownException;
import dev.assent.TransactionBuilder;
import dev.assent.TransactionRefusedException;
import dev.assent.client.Refusal;
import dev.assent.protocol.Names;
import dev.assent.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Carries out one transaction. */
@Command(
        name = "commit",
        description = {
            "Carries out one transaction: each named participant is sent its payload, and all apply it or none.",
            "Prints COMMITTED (exit code 0), ABORTED or REFUSED with the reason (4), or UNKNOWN (5). REFUSED: nothing was"
                    + " begun. UNKNOWN: it may have committed or may still; ask before anything is repeated."
        })
final class CommitCommand extends BaseCommand {
    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = "--with",
            required = true,
            paramLabel = "NAME=PAYLOAD",
            description = "A participant and what it is sent, as UTF-8; may be repeated.")
    private List<String> work;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "How long the coordinator waits for the votes (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Durations.class,
            description = "How much longer to wait for the outcome before it is UNKNOWN (default: ${DEFAULT-VALUE}).")
    private Duration patience;

    @Option(names = "--json", description = "Print JSON, in one line.")
    private boolean json;

    @Override
    ExitCode execute() throws InterruptedException {
        Map<String, byte[]> payloads = payloads();
        try (Assent assent = open()) {
            TransactionBuilder transaction = assent.transaction().timeout(timeout);
            payloads.forEach(transaction::with);
            CompletableFuture<Outcome> ending = transaction.commitAsync();
            Outcome outcome = await("the outcome", ending);
            OutcomeText.print(outcome.id(), outcome.result().name(), outcome.reason(), json, out());
            return outcome.committed() ? ExitCode.OK : ExitCode.REFUSED;
        } catch (TransactionRefusedException e) {
            OutcomeText.print(null, "REFUSED", e.getMessage(), json, out());
            return e.kind() == Refusal.Cause.UNREACHABLE ? ExitCode.UNREACHABLE : ExitCode.REFUSED;
        } catch (OutcomeUnknownException e) {
            OutcomeText.print(e.id(), "UNKNOWN", e.getMessage(), json, out());
            return ExitCode.UNKNOWN;
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
    }

    private Map<String, byte[]> payloads() {
        Map<String, byte[]> payloads = new LinkedHashMap<>();
        for (String each : work) {
            int equals = each.indexOf('=');
            if (equals < 1 || !Names.valid(each.substring(0, equals))) {
                throw CliException.usage(
                        "--with '" + each + "' is not NAME=PAYLOAD with a name of 1 to 32 of a-z, 0-9" + " and '-'");
            }
            byte[] payload = each.substring(equals + 1).getBytes(StandardCharsets.UTF_8);
            if (payloads.putIfAbsent(each.substring(0, equals), payload) != null) {
                throw CliException.usage(
                        "--with names '" + each.substring(0, equals) + "' twice: put its work into one" + " payload");
            }
        }
        return payloads;
    }

    private Assent open() {
        AssentOptions options = AssentOptions.defaults()
                .withChroot(connection.chroot())
                .withConnection(AssentOptions.defaults().sessionTimeout(), connection.connectTimeout())
                .withTimeouts(timeout, patience);
        try {
            return Assent.connect(connection.zooKeeper(), options);
        } catch (StoreException e) {
            throw Connection.explained(e);
        }
    }
}
