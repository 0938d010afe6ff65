/**
 * MariaDB and MySQL as participants, by XA statements. Start at {@link MariaDbResource}. May import {@code adapter.xa},
 * {@code adapter.jdbc}, {@code adapter}, {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.mariadb;
