/**
 * The store as the protocol sees it: read, conditional {@code multi}, watch, session state, leadership; every path of the
 * tree and every record format.
 *
 * <p>May import {@code protocol} and Jackson.
 */
package dev.assent.store;
