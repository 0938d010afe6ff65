/**
 * Any XA resource as a participant: a database over {@code XADataSource} ({@link dev.assent.adapter.xa.XaDatabase}), a
 * message broker over JMS ({@link dev.assent.adapter.xa.XaMessaging}); and branch ids as xids. A resource that breaks the
 * promise of prepare is refused when it is opened. May import {@code adapter.jdbc}, {@code adapter}, {@code participant}, {@code store},
 * {@code protocol} and {@code jakarta.jms}.
 */
package dev.assent.adapter.xa;
