package dev.assent.lab.demo;

import dev.assent.Assent;
import dev.assent.adapter.file.FileResource;
import dev.assent.adapter.kafka.KafkaResource;
import dev.assent.adapter.kafka.KafkaServer;
import dev.assent.adapter.mariadb.MariaDbResource;
import dev.assent.adapter.mariadb.MariaDbServer;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.adapter.postgresql.PostgresqlResource;
import dev.assent.cli.demo.Bank;
import dev.assent.cli.demo.Branch;
import dev.assent.cli.demo.Connecting;
import dev.assent.participant.ParticipantConfig;
import dev.assent.participant.Resource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant in a process of its own: works until its standard input ends, then ends at once, as if killed. The
 * lines {@link #HOLD} and {@link #RELEASE} there hold its votes back and let them go on. Arguments: its name, its kind,
 * its location, ZooKeeper's addresses.
 */
final class ResourceParticipant {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceParticipant.class);

    static final String READY = "ready";
    static final String HOLD = "hold";
    static final String RELEASE = "release";

    /** Short, so that what a killed process leaves is soon taken over by the next one. */
    private static final Duration SESSION = Duration.ofSeconds(4);

    private static final Duration CLAIM_DELAY = Duration.ofMillis(200);
    private static final Duration RESCAN = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(1);
    private static final Duration RETRY_MIN = Duration.ofMillis(50);
    private static final Duration RETRY_MAX = Duration.ofMillis(500);
    private static final int EXIT_CODE = 137;

    private ResourceParticipant() {}

    public static void main(String[] args) {
        int code = EXIT_CODE;
        try {
            work(new Role(args[0], Kind.valueOf(args[1]), args[2]), args[3]);
        } catch (Exception e) {
            LOG.error("{} ends", args[0], e);
            code = 1;
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void work(Role role, String connectString) throws Exception {
        Branch branch = new Branch(open(role));
        Assent assent = Connecting.assent(connectString, SESSION);
        ParticipantConfig config = ParticipantConfig.of(role.participant())
                .withIntervals(CLAIM_DELAY, RESCAN, RECOVERY)
                .withRetries(RETRY_MIN, RETRY_MAX);
        assent.participate(config, branch);
        say(READY);
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (line.equals(HOLD)) {
                branch.hold();
            } else {
                branch.release();
            }
            say(line);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static Resource open(Role role) throws Exception {
        return switch (role.kind()) {
            case POSTGRES -> {
                SqlBooks books = new SqlBooks(role.participant(), PatientDataSource.of(database(role)));
                yield PostgresqlResource.over(books.dataSource())
                        .work(books)
                        .createTables(true)
                        .open();
            }
            case MARIADB -> {
                SqlBooks books = new SqlBooks(role.participant(), PatientDataSource.of(database(role)));
                yield MariaDbResource.over(books.dataSource())
                        .work(books)
                        .createTables(true)
                        .open();
            }
            case KAFKA ->
                KafkaResource.over(KafkaServer.clientSettings(role.location()))
                        .work(Records::send)
                        .open();
            case FILES -> {
                Path directory = Path.of(role.location());
                yield FileResource.open(
                        directory,
                        role.bank()
                                ? new Bank(role.participant(), directory)
                                : Receipts.open(role.participant(), directory));
            }
        };
    }

    /** A bank's own database on its server. */
    static DataSource database(Role role) throws SQLException {
        int port = Integer.parseInt(role.location());
        String name = SqlBooks.database(role.participant());
        return role.kind() == Kind.POSTGRES
                ? PostgresServer.dataSource(port, name)
                : MariaDbServer.dataSource(port, "root", name);
    }
}
