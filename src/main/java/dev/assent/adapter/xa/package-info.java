/** Branch ids as xids, for every XA resource. May import {@code protocol}. */
package dev.assent.adapter.xa;
