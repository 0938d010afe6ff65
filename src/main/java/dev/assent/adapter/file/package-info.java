/**
 * A resource of plain files: replaces a set of files under one directory together, with durable prepared branches.
 *
 * <p>May import {@code adapter}, {@code participant}, {@code store} and {@code protocol}.
 */
package dev.assent.adapter.file;
