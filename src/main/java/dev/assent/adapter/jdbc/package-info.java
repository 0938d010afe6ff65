/**
 * What the adapters of SQL databases share: the work, the connection of an enlisted branch, and the table whose rows
 * prove how a branch ended. May import {@code adapter}, {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.jdbc;
