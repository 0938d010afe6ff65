package dev.assent.cli.demo;

import dev.assent.Assent;
import dev.assent.adapter.file.FileResource;
import java.io.IOException;
import java.nio.file.Path;

/** A bank branch at work: its files, and the participant that guards them, with a session of its own. */
final class Banking implements AutoCloseable {
    private final Bank bank;
    private final Branch branch;
    private final Assent assent;

    private Banking(Bank bank, Branch branch, Assent assent) {
        this.bank = bank;
        this.branch = branch;
        this.assent = assent;
    }

    /**
     * Opens the books and begins to take work.
     *
     * @param assent closed with the bank
     */
    static Banking open(String name, Path directory, Assent assent) throws IOException {
        Bank bank = Bank.open(name, directory);
        Branch branch = new Branch(FileResource.open(directory, bank));
        assent.participate(name, branch);
        return new Banking(bank, branch, assent);
    }

    Bank bank() {
        return bank;
    }

    Branch branch() {
        return branch;
    }

    /** Branches that are still prepared and hold locks. */
    int prepared() throws Exception {
        return branch.recover(bank.name()).size();
    }

    @Override
    public void close() {
        assent.close();
    }
}
