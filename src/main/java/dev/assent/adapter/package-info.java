/**
 * What all adapters say in the same way: that work is refused, and that a resource is. May import nothing of Assent.
 */
package dev.assent.adapter;
