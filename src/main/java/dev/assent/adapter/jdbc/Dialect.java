package dev.assent.adapter.jdbc;

/** How a database spells what the standard leaves open. */
public enum Dialect {
    POSTGRESQL(
            "text",
            "text",
            "insert into %s values (%s) on conflict do nothing",
            "for share",
            "",
            "select relnamespace::regnamespace::text from pg_class where oid = to_regclass('assent_branch')"),
    MARIADB(
            "varchar(160) character set ascii collate ascii_bin",
            "varchar(60) character set ascii collate ascii_bin",
            "insert ignore into %s values (%s)",
            "lock in share mode",
            " engine = InnoDB",
            "select concat('`', replace(database(), '`', '``'), '`')");

    private final String name;
    private final String shortName;
    private final String insertIfAbsent;
    private final String shareLock;
    private final String tableOptions;
    private final String place;

    Dialect(String name, String shortName, String insertIfAbsent, String shareLock, String tableOptions, String place) {
        this.name = name;
        this.shortName = shortName;
        this.insertIfAbsent = insertIfAbsent;
        this.shareLock = shareLock;
        this.tableOptions = tableOptions;
        this.place = place;
    }

    String name160() {
        return name;
    }

    String name60() {
        return shortName;
    }

    String insertIfAbsent(String table, String values) {
        return String.format(insertIfAbsent, table, values);
    }

    String tableOptions() {
        return tableOptions;
    }

    /** Asks for the schema or database that the tables are in, as SQL spells it. */
    String place() {
        return place;
    }

    String shareLock() {
        return shareLock;
    }
}
