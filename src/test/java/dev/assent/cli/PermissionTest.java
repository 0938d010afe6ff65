package dev.assent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.zookeeper.server.EmbeddedZooKeeper;
import dev.assent.zookeeper.server.ServerConfiguration;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chroot that is not there to be worked in is refused at once, in one line. */
class PermissionTest {
    @TempDir
    private static Path directory;

    private static EmbeddedZooKeeper server;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedZooKeeper.start(ServerConfiguration.standalone(directory, 0));
        run("zkcli", "create", "/closed", "x", "world:anyone:w").ok();
        run("zkcli", "create", "/fixed", "", "world:anyone:r").ok();
        run("zkcli", "create", "/foreign", "hello").ok();
        run("zkcli", "create", "/hidden", "").ok();
        run("zkcli", "create", "/hidden/transactions", "x", "world:anyone:w").ok();
    }

    @AfterAll
    static void end() throws Exception {
        server.close();
    }

    private static Cli run(String... arguments) {
        return Cli.run(Map.of("ASSENT_ZOOKEEPER", server.connectString()), arguments);
    }

    private static void assertRefused(String path, Cli refused) {
        assertEquals(ExitCode.REFUSED.code(), refused.code(), refused.out() + refused.err());
        String[] lines = refused.err().split("\\R", -1);
        assertTrue(lines[lines.length - 2].contains(path), refused.err());
        assertTrue(!refused.err().contains("\tat "), refused.err());
    }

    @Test
    void aCoordinatorEnds() {
        assertRefused("cannot be read", run("coordinator", "--id", "c1", "--chroot", "/closed"));
        assertRefused("cannot be written", run("coordinator", "--id", "c1", "--chroot", "/fixed"));
        assertRefused("belongs to something else", run("coordinator", "--id", "c1", "--chroot", "/foreign"));
    }

    @Test
    void whatCannotBeReadIsNotShownAsEmpty() {
        for (String command : new String[] {"status", "transactions", "participants"}) {
            assertRefused("/", run(command, "--chroot", "/closed"));
        }
    }

    @Test
    void aCommitIsRefused() {
        Cli refused = run("commit", "--with", "orders=a", "--chroot", "/hidden");
        assertEquals(ExitCode.REFUSED.code(), refused.code(), refused.out() + refused.err());
        assertTrue(refused.out().contains("does not permit to begin"), refused.out() + refused.err());
    }
}
