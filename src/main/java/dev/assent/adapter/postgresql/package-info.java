/**
 * PostgreSQL as a participant, by {@code PREPARE TRANSACTION}. Start at {@link PostgresqlResource}. May import {@code
 * adapter.jdbc}, {@code adapter}, {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.postgresql;
