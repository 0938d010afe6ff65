package dev.assent.cli;

import dev.assent.Version;
import dev.assent.coordinator.Coordinator;
import dev.assent.coordinator.CoordinatorConfig;
import dev.assent.coordinator.CoordinatorSettings;
import dev.assent.coordinator.CoordinatorStatus;
import dev.assent.protocol.CommitProtocol;
import dev.assent.store.Store;
import dev.assent.zookeeper.server.ParentWatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Runs a replica of the coordinator in this process. */
@Command(
        name = "coordinator",
        description = {
            "Runs a coordinator until it is told to end (SIGTERM, Ctrl-C); then it hands over in good order.",
            "Prints a line that begins with 'ready' once it takes part, and one that begins with 'leader' each time it"
                    + " begins to lead. It keeps nothing on disk.",
            "Every key of the configuration file is an option too; what each means and costs stands in the sample,"
                    + " config/coordinator.properties."
        })
final class CoordinatorCommand extends BaseCommand {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorCommand.class);

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(6);

    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--config", paramLabel = "FILE", description = "A file with settings as KEY = VALUE.")
    private Path file;

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description =
                    "How long a silent coordinator is believed to live (default: ${DEFAULT-VALUE}): shorter means a"
                            + " quicker takeover and more false alarms.")
    private Duration sessionTimeout;

    @Option(names = "--end-with-parent", description = EndWithParent.DESCRIPTION)
    private boolean endWithParent;

    /** One option for each key of the settings. */
    static void addSettings(CommandSpec spec) {
        for (String key : CoordinatorSettings.keys()) {
            spec.addOption(OptionSpec.builder("--" + key)
                    .paramLabel(key.equals("id") ? "ID" : "VALUE")
                    .type(String.class)
                    .description(
                            key.equals("id")
                                    ? "This coordinator's name, unique among the running ones."
                                    : "See " + key + " in config/coordinator.properties.")
                    .build());
        }
    }

    @Override
    ExitCode execute() throws Exception {
        CoordinatorConfig config = config();
        connection.chroot();
        if (endWithParent) {
            ParentWatch.exitWithParent();
        }
        Store store = Connection.open(connection, sessionTimeout);
        try (Replica replica = new Replica(store, config)) {
            ShutdownHook hook = ShutdownHook.before(replica);
            try {
                replica.coordinator.start();
                follow(replica);
            } catch (InterruptedException e) {
                LOG.debug("told to end by whoever runs this command in its own process");
            } finally {
                hook.takeBack();
            }
        }
        return ExitCode.OK;
    }

    private CoordinatorConfig config() {
        Properties defaults = new Properties();
        defaults.setProperty("release", Version.current());
        defaults.setProperty("address", "process " + ProcessHandle.current().pid());
        Properties settings = new Properties(defaults);
        if (file != null) {
            read(settings);
        }
        Map<String, String> flags = new LinkedHashMap<>();
        for (String key : CoordinatorSettings.keys()) {
            Optional.ofNullable(option("--" + key)).ifPresent(value -> flags.put(key, value));
        }
        try {
            return CoordinatorSettings.load(flags, environment(), settings, "coordinator-1");
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
    }

    private void read(Properties settings) {
        try (InputStream content = Files.newInputStream(file)) {
            settings.load(content);
        } catch (NoSuchFileException e) {
            throw CliException.usage("--config " + file + ": there is no such file");
        } catch (IOException | IllegalArgumentException e) {
            throw CliException.usage("--config " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** Tells the course of things until the process ends. */
    private void follow(Replica replica) throws InterruptedException {
        CoordinatorStatus.State last = CoordinatorStatus.State.DISCONNECTED;
        boolean ready = false;
        do {
            CoordinatorStatus now = replica.coordinator.status();
            boolean takesPart = now.state() == CoordinatorStatus.State.STANDBY
                    || now.state() == CoordinatorStatus.State.TAKING_OVER
                    || now.state() == CoordinatorStatus.State.LEADING;
            if (!ready && !now.problem().isEmpty()) {
                throw CliException.refused(now.problem());
            }
            if (!ready && takesPart) {
                ready = true;
                say("ready: coordinator " + now.id() + " at " + connection.zooKeeper() + connection.chroot());
            }
            if (now.state() != last && now.state() == CoordinatorStatus.State.LEADING) {
                say("leader: " + now.id() + " leads with epoch " + now.epoch().orElseThrow());
            } else if (now.state() != last && last == CoordinatorStatus.State.LEADING) {
                say("standby: " + now.id() + " leads no longer");
            }
            last = now.state();
            replica.requireProgress();
        } while (!replica.ended.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void say(String line) {
        out().println(line);
        out().flush();
    }

    /** The coordinator and its connection, to be ended together in good order. */
    private static final class Replica implements AutoCloseable {
        private final Store store;
        private final Coordinator coordinator;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Heartbeat heartbeat;

        Replica(Store store, CoordinatorConfig config) {
            this.store = store;
            this.heartbeat = new Heartbeat(store.loop(), config.watchdogTimeout());
            this.coordinator = new Coordinator(store, CommitProtocol.standard(), config, new SecureRandom()::nextLong);
        }

        /** Ends the process if its thread hangs: its session would live on and keep the leadership. */
        void requireProgress() {
            Optional<Duration> silence = heartbeat.silence();
            if (silence.isPresent()) {
                LOG.error(
                        "nothing ran on the coordinator's thread for {}; this process ends, so that another takes over",
                        silence.get());
                Runtime.getRuntime().halt(ExitCode.VIOLATION.code());
            }
        }

        @Override
        public void close() {
            try {
                coordinator.close().get(HAND_OVER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                LOG.warn("did not hand over within {}; another coordinator takes over", HAND_OVER_LIMIT);
            } catch (ExecutionException e) {
                LOG.warn("did not hand over in good order; another coordinator takes over", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                store.close();
                ended.countDown();
            }
        }
    }
}
