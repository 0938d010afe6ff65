/**
 * What every XA resource has in common: branch ids as xids. May import {@code adapter.jdbc}, {@code participant}, {@code
 * store} and {@code protocol}.
 */
package dev.assent.adapter.xa;
