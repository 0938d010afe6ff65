package dev.assent.lab.demo;

import dev.assent.adapter.kafka.KafkaServer;
import dev.assent.adapter.mariadb.MariaDbServer;
import dev.assent.adapter.postgresql.PostgresServer;
import dev.assent.cli.demo.Bank;
import dev.assent.cli.demo.Books;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The resources as they are before the first transfer, and the views of them that the checks need. Immutable.
 *
 * @param roles the participants of each transfer, the banks first
 * @param books the banks' accounts
 * @param ledger the Kafka records, where there are any
 * @param receipts the receipt files, where there are any
 * @param leftovers what is prepared, resource by resource
 */
record Scenery(
        List<Role> roles,
        List<Books> books,
        Optional<Journal> ledger,
        Optional<Journal> receipts,
        List<Leftovers> leftovers) {
    /** Waits for the servers and fills them. */
    static Scenery setUp(Set<Kind> kinds, Servers servers, Path directory) throws Exception {
        List<Role> roles = new ArrayList<>();
        List<Books> books = new ArrayList<>();
        List<Leftovers> leftovers = new ArrayList<>();
        for (String bank : Role.BANKS) {
            Role role = role(bank, bankKind(kinds, bank), servers, directory);
            roles.add(role);
            books.add(open(role, servers));
        }
        Optional<Journal> ledger = Optional.empty();
        if (kinds.contains(Kind.KAFKA)) {
            roles.add(role(Role.LEDGER, Kind.KAFKA, servers, directory));
            servers.kafka().createTopic(Records.TOPIC, Records.PARTITIONS);
            ledger = Optional.of(new Records(Role.LEDGER, servers.kafka()));
        }
        Optional<Journal> receipts = Optional.empty();
        if (kinds.contains(Kind.FILES)) {
            Role role = role(Role.RECEIPTS, Kind.FILES, servers, directory);
            roles.add(role);
            receipts = Optional.of(Receipts.open(role.participant(), Path.of(role.location())));
        }
        if (kinds.contains(Kind.POSTGRES)) {
            PostgresServer server = servers.postgres();
            leftovers.add(new Leftovers("select gid from pg_prepared_xacts", server::gids));
        }
        if (kinds.contains(Kind.MARIADB)) {
            MariaDbServer server = servers.mariadb();
            leftovers.add(new Leftovers("xa recover format = 'SQL'", server::xids));
        }
        if (kinds.contains(Kind.KAFKA)) {
            KafkaServer server = servers.kafka();
            leftovers.add(new Leftovers("kafka-transactions.sh list", () -> server.openTransactions("assent_")));
        }
        roles.stream()
                .filter(role -> role.kind() == Kind.FILES)
                .forEach(role -> leftovers.add(Leftovers.inDirectory(Path.of(role.location()))));
        return new Scenery(List.copyOf(roles), List.copyOf(books), ledger, receipts, List.copyOf(leftovers));
    }

    /** With one database both banks live in it, with none in files. */
    private static Kind bankKind(Set<Kind> kinds, String bank) {
        List<Kind> wanted =
                bank.equals(Role.NORTH) ? List.of(Kind.POSTGRES, Kind.MARIADB) : List.of(Kind.MARIADB, Kind.POSTGRES);
        return wanted.stream().filter(kinds::contains).findFirst().orElse(Kind.FILES);
    }

    private static Role role(String participant, Kind kind, Servers servers, Path directory) {
        String location = switch (kind) {
            case POSTGRES -> Integer.toString(servers.postgres().port());
            case MARIADB -> Integer.toString(servers.mariadb().port());
            case KAFKA -> servers.kafka().address();
            case FILES -> directory.resolve(participant).toString();
        };
        return new Role(participant, kind, location);
    }

    private static Books open(Role role, Servers servers) throws Exception {
        String create = "create database " + SqlBooks.database(role.participant());
        switch (role.kind()) {
            case POSTGRES -> servers.postgres().run(create);
            case MARIADB -> servers.mariadb().run(create);
            default -> {
                return Bank.open(role.participant(), Path.of(role.location()));
            }
        }
        SqlBooks books = new SqlBooks(role.participant(), ResourceParticipant.database(role));
        books.create();
        return books;
    }
}
