/**
 * Load generation and measurement: Assent beside a plain recipe, in one run, under the same load (command {@code bench}).
 *
 * <p>May import the roles ({@code coordinator}, {@code client}, {@code participant}), {@code zookeeper}, {@code store},
 * {@code protocol} and {@code processes}; nothing imports it but {@code cli}.
 */
package dev.assent.bench;
