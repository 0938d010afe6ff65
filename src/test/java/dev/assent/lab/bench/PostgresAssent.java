package dev.assent.lab.bench;

import dev.assent.Assent;
import dev.assent.AssentOptions;
import dev.assent.OutcomeUnknownException;
import dev.assent.TransactionBuilder;
import dev.assent.TransactionRefusedException;
import dev.assent.adapter.postgresql.PostgresqlResource;
import dev.assent.bench.Counts;
import dev.assent.bench.Ensemble;
import dev.assent.bench.EnsembleSystem;
import dev.assent.bench.Setting;
import dev.assent.participant.ParticipantConfig;
import dev.assent.processes.Child;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/** Assent over PostgreSQL servers, as a program embeds it; the coordinator has a process of its own. */
final class PostgresAssent extends EnsembleSystem {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final byte[] PAYLOAD = new byte[16];
    private static final int BRANCHES = 2_000;

    private final Child coordinator;
    private final Assent assent;
    private final List<String> names = new ArrayList<>();

    /** @param coordinator leads; stays the caller's */
    PostgresAssent(Ensemble ensemble, Child coordinator, List<DataSource> servers, int clients) throws Exception {
        super(ensemble);
        this.coordinator = coordinator;
        this.assent = Assent.connect(
                ensemble.connectString(), AssentOptions.defaults().withResourceConcurrency(clients));
        for (DataSource server : servers) {
            PostgresqlResource resource = PostgresqlResource.over(server)
                    .work((connection, branch, payload) -> PostgresWork.insert(connection))
                    .createTables(true)
                    .open();
            String name = "postgres-" + (names.size() + 1);
            ParticipantConfig config = ParticipantConfig.of(name).withBounds(clients, BRANCHES, BRANCHES);
            assent.participate(config, resource);
            names.add(name);
        }
    }

    @Override
    public String name() {
        return "assent";
    }

    @Override
    public void prepare(Setting setting) {
        if (setting.participants() != names.size()) {
            throw new IllegalArgumentException("there are " + names.size() + " servers, not " + setting.participants());
        }
    }

    @Override
    public CompletableFuture<End> transaction(boolean abort) {
        TransactionBuilder transaction = assent.transaction().timeout(TIMEOUT);
        names.forEach(each -> transaction.with(each, PAYLOAD));
        return transaction.commitAsync().handle((outcome, failure) -> {
            if (failure == null) {
                return outcome.committed() ? End.COMMITTED : End.ABORTED;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof OutcomeUnknownException) {
                return End.UNKNOWN;
            }
            if (cause instanceof TransactionRefusedException) {
                return End.REFUSED;
            }
            throw new CompletionException(cause);
        });
    }

    @Override
    public Counts counts() {
        return Counts.NONE;
    }

    @Override
    public Map<String, Long> processes() {
        Map<String, Long> all = super.processes();
        all.put(coordinator.name(), coordinator.pid());
        return all;
    }

    @Override
    public void close() {
        assent.close();
    }
}
