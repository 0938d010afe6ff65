package dev.assent.lab.demo;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of resources that the demo knows. */
enum Kind {
    POSTGRES("PostgreSQL"),
    MARIADB("MariaDB"),
    KAFKA("Kafka"),
    FILES("files");

    private final String product;

    Kind(String product) {
        this.product = product;
    }

    /** Its name for people. */
    String product() {
        return product;
    }

    /** Whether it is a database server, which keeps accounts. */
    boolean database() {
        return this == POSTGRES || this == MARIADB;
    }

    /** Its name on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads names that are separated by commas, in any order.
     *
     * @throws IllegalArgumentException if one is unknown or there twice, or none is there
     */
    static Set<Kind> parse(String list) {
        Set<Kind> chosen = EnumSet.noneOf(Kind.class);
        for (String word : list.split(",", -1)) {
            Kind kind = find(word.strip())
                    .orElseThrow(() -> new IllegalArgumentException("--resources '" + list + "': '" + word.strip()
                            + "' is none of " + options() + "; name one or more of them, separated by commas"));
            if (!chosen.add(kind)) {
                throw new IllegalArgumentException(
                        "--resources '" + list + "' names '" + kind.option() + "' twice; name each once");
            }
        }
        return chosen;
    }

    private static Optional<Kind> find(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.option().equals(word))
                .findFirst();
    }

    private static String options() {
        return Arrays.stream(values()).map(Kind::option).collect(Collectors.joining(", "));
    }
}
