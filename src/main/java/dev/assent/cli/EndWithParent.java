package dev.assent.cli;

/** The option of a process that another one supervises. */
final class EndWithParent {
    static final String DESCRIPTION = "End at once when standard input ends: for a parent that holds it as a pipe.";

    private EndWithParent() {}
}
