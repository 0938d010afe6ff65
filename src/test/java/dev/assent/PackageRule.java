package dev.assent;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one package of Assent may import. {@link #ALL} is in the order of the layers, topmost first; a row may only name
 * packages of later rows, so that no cycle can be written down.
 *
 * @param name the package below {@code dev.assent}, empty for {@code dev.assent} itself
 * @param inLibrary whether the library that programs embed carries it
 * @param packages the packages of Assent that it may import
 * @param libraries what else it may import besides the JDK
 */
record PackageRule(String name, boolean inLibrary, Set<String> packages, Set<Library> libraries) {
    static final String ROOT = "dev.assent";

    private static final boolean LIBRARY = true;
    private static final boolean RUNNABLE_ONLY = false;

    static final List<PackageRule> ALL = List.of(
            rule(
                    "cli",
                    RUNNABLE_ONLY,
                    uses(
                            "cli.demo",
                            "",
                            "bench",
                            "processes",
                            "coordinator",
                            "client",
                            "participant",
                            "adapter.file",
                            "adapter",
                            "zookeeper.server",
                            "zookeeper",
                            "store",
                            "protocol"),
                    Library.PICOCLI,
                    Library.JACKSON,
                    Library.SLF4J),
            rule(
                    "cli.demo",
                    RUNNABLE_ONLY,
                    uses(
                            "",
                            "processes",
                            "client",
                            "participant",
                            "adapter.file",
                            "adapter",
                            "zookeeper.server",
                            "zookeeper",
                            "store",
                            "protocol"),
                    Library.SLF4J),
            rule(
                    "",
                    LIBRARY,
                    uses("client", "participant", "adapter.file", "adapter", "zookeeper", "store", "protocol"),
                    Library.SLF4J),
            rule(
                    "adapter.postgresql",
                    LIBRARY,
                    uses("adapter.jdbc", "adapter", "participant", "store", "protocol"),
                    Library.SLF4J),
            rule(
                    "adapter.mariadb",
                    LIBRARY,
                    uses("adapter.xa", "adapter.jdbc", "adapter", "participant", "store", "protocol"),
                    Library.SLF4J),
            rule(
                    "adapter.xa",
                    LIBRARY,
                    uses("adapter.jdbc", "adapter", "participant", "store", "protocol"),
                    Library.JMS,
                    Library.SLF4J),
            rule(
                    "adapter.kafka",
                    LIBRARY,
                    uses("adapter", "participant", "store", "protocol"),
                    Library.KAFKA,
                    Library.SLF4J),
            rule("adapter.jdbc", LIBRARY, uses("adapter", "participant", "store", "protocol"), Library.SLF4J),
            rule("adapter.file", LIBRARY, uses("adapter", "participant", "store", "protocol"), Library.SLF4J),
            rule("adapter", LIBRARY, uses()),
            rule(
                    "bench",
                    RUNNABLE_ONLY,
                    uses("processes", "coordinator", "client", "participant", "zookeeper", "store", "protocol"),
                    Library.HDR_HISTOGRAM,
                    Library.JACKSON,
                    Library.SLF4J),
            rule("processes", RUNNABLE_ONLY, uses("zookeeper.server"), Library.SLF4J),
            rule("coordinator", RUNNABLE_ONLY, uses("store", "protocol"), Library.SLF4J),
            rule("client", LIBRARY, uses("store", "protocol"), Library.SLF4J),
            rule("participant", LIBRARY, uses("store", "protocol"), Library.SLF4J),
            rule(
                    "zookeeper.server",
                    RUNNABLE_ONLY,
                    uses("zookeeper", "store", "protocol"),
                    Library.CURATOR,
                    Library.ZOOKEEPER,
                    Library.ZOOKEEPER_SERVER,
                    Library.SLF4J),
            rule("zookeeper", LIBRARY, uses("store", "protocol"), Library.CURATOR, Library.ZOOKEEPER, Library.SLF4J),
            rule("store", LIBRARY, uses("protocol"), Library.JACKSON, Library.SLF4J),
            rule("protocol", LIBRARY, uses()));

    /** Everything outside the JDK and Assent that some package may import, by the start of the class name. */
    enum Library {
        CURATOR("org.apache.curator."),
        /** Before {@link #ZOOKEEPER}, whose prefix is shorter: the first match counts. */
        ZOOKEEPER_SERVER(
                "org.apache.zookeeper.server.", "org.apache.zookeeper.ZooKeeperMain", "org.apache.zookeeper.cli."),
        ZOOKEEPER("org.apache.zookeeper.", "org.apache.jute."),
        KAFKA("org.apache.kafka."),
        JACKSON("com.fasterxml.jackson."),
        JMS("jakarta.jms."),
        HDR_HISTOGRAM("org.HdrHistogram."),
        SLF4J("org.slf4j."),
        PICOCLI("picocli.");

        private final List<String> prefixes;

        Library(String... prefixes) {
            this.prefixes = List.of(prefixes);
        }

        /** The library of a class, or null if it belongs to none that Assent knows. */
        static Library of(String className) {
            return Arrays.stream(values())
                    .filter(library -> library.prefixes.stream().anyMatch(className::startsWith))
                    .findFirst()
                    .orElse(null);
        }
    }

    static final Map<String, PackageRule> BY_PACKAGE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(PackageRule::fullName, Function.identity()));

    String fullName() {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }

    private static PackageRule rule(String name, boolean inLibrary, Set<String> packages, Library... libraries) {
        Set<Library> allowed = EnumSet.noneOf(Library.class);
        allowed.addAll(List.of(libraries));
        return new PackageRule(name, inLibrary, packages, Set.copyOf(allowed));
    }

    private static Set<String> uses(String... packages) {
        return Stream.of(packages).collect(Collectors.toUnmodifiableSet());
    }
}
