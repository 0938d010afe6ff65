/**
 * A resource of plain files, with durable prepared branches.
 *
 * <p>May import {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.file;
