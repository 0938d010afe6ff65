package dev.assent.adapter.postgresql;

import dev.assent.adapter.contract.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;

/** Hosts a PostgreSQL server on a data directory. Arguments: data directory, directory of binaries, port, settings. */
final class PostgresProcess {
    private PostgresProcess() {}

    public static void main(String[] args) throws Exception {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(Path.of(args[0]).toFile())
                .setOverrideWorkingDirectory(Path.of(args[1]).toFile())
                .setPort(Integer.parseInt(args[2]))
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "on");
        for (int i = 3; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            builder.setServerConfig(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        try (EmbeddedPostgres server = builder.start()) {
            ServerProcess.serve(Integer.toString(server.getPort()));
        }
    }
}
