package dev.assent.lab.bench;

import dev.assent.processes.Child;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Seata's class paths, which Maven finds: its libraries cannot be on the project's own. Immutable.
 *
 * @param client what its client needs, and the load generator
 * @param server what its server needs
 */
record SeataInstallation(String client, String server) {
    /** Until a network of its own has its loopback. */
    static final String OWN_NETWORK = "ip link set lo up";

    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath";
    /** Spring's, which would take the place of the client's files. */
    private static final List<String> SERVER_ONLY = List.of("seata-spring-autoconfigure", "seata-server");
    /** What the load generator needs of this project's. */
    private static final List<String> OWN_LIBRARIES = List.of("HdrHistogram");

    private static final String REGISTRY = """
            registry {
              type = "file"
              file {
                name = "file.conf"
              }
            }
            config {
              type = "file"
              file {
                name = "file.conf"
              }
            }
            """;
    private static final String FILE = """
            service {
              vgroupMapping.bench = "default"
              default.grouplist = "127.0.0.1:8091"
            }
            """;
    private static final String LOG = """
            <configuration>
              <appender name="err" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="err"/></root>
            </configuration>
            """;

    /** It cannot run here. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String why) {
            super(why);
        }
    }

    /**
     * Finds everything.
     *
     * @param directory takes its settings
     * @throws UnavailableException in words for people
     */
    static SeataInstallation find(Path directory) throws Exception {
        requireOwnNetwork();
        Path settings = Files.createDirectories(directory.resolve("seata-settings"));
        Files.writeString(settings.resolve("registry.conf"), REGISTRY);
        Files.writeString(settings.resolve("file.conf"), FILE);
        Files.writeString(settings.resolve("logback.xml"), LOG);
        List<String> seata = resolve(settings);
        List<String> own = Stream.of(Child.classPath().split(Pattern.quote(File.pathSeparator), -1))
                .filter(entry -> Files.isDirectory(Path.of(entry))
                        || OWN_LIBRARIES.stream().anyMatch(entry::contains))
                .toList();
        List<String> client = new ArrayList<>(List.of(settings.toString()));
        seata.stream()
                .filter(entry -> SERVER_ONLY.stream().noneMatch(entry::contains))
                .forEach(client::add);
        client.addAll(own);
        List<String> server = new ArrayList<>(seata);
        server.addAll(own);
        return new SeataInstallation(String.join(File.pathSeparator, client), String.join(File.pathSeparator, server));
    }

    private static void requireOwnNetwork() throws IOException, InterruptedException, UnavailableException {
        String said;
        try {
            Process probe = new ProcessBuilder("unshare", "-n", "sh", "-c", OWN_NETWORK)
                    .redirectErrorStream(true)
                    .start();
            said = said(probe);
            if (probe.waitFor() == 0) {
                return;
            }
        } catch (IOException e) {
            said = e.getMessage();
        }
        throw new UnavailableException("it listens on all addresses, so it is run only in a network of its own, and"
                + " 'unshare -n' with '" + OWN_NETWORK + "' does not work here (is this root?): " + said);
    }

    private static List<String> resolve(Path settings) throws IOException, InterruptedException, UnavailableException {
        String maven = System.getProperty("maven.home");
        if (maven == null) {
            throw new UnavailableException(
                    "its class path is found by Maven: start this as 'mvn … exec:java@lab', which has one");
        }
        Path pom = settings.resolve("pom.xml");
        try (InputStream own = SeataInstallation.class.getResourceAsStream("seata.xml")) {
            Files.copy(own, pom);
        }
        Path found = settings.resolve("class-path");
        Process process = new ProcessBuilder(
                        Path.of(maven, "bin", "mvn").toString(),
                        "-B",
                        "-q",
                        "-f",
                        pom.toString(),
                        PLUGIN,
                        "-Dmdep.outputFile=" + found)
                .redirectErrorStream(true)
                .start();
        String said = said(process);
        if (process.waitFor() != 0 || Files.notExists(found)) {
            throw new UnavailableException("Maven does not find its libraries: " + said);
        }
        return List.of(Files.readString(found).strip().split(Pattern.quote(File.pathSeparator), -1));
    }

    /** Its first lines, in one. */
    private static String said(Process process) throws IOException {
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .limit(3)
                .collect(Collectors.joining("; "));
    }
}
