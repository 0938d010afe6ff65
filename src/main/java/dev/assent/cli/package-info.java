/**
 * The command line: wiring only. Not part of the library that programs embed.
 *
 * <p>May import every package of Assent, picocli, and Jackson for {@code --json}.
 */
package dev.assent.cli;
