package dev.assent.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Hands everything on to another session; a subclass overrides what it does otherwise. As thread-safe as that one. */
public abstract class ForwardingSession implements Session {
    /** The session behind this one. */
    protected final Session real;

    /** @param real answers whatever is not overridden */
    protected ForwardingSession(Session real) {
        this.real = real;
    }

    @Override
    public long id() {
        return real.id();
    }

    @Override
    public boolean ended() {
        return real.ended();
    }

    @Override
    public Optional<Shown> shown(String path) {
        return real.shown(path);
    }

    @Override
    public CompletableFuture<Optional<Node>> read(String path) {
        return real.read(path);
    }

    @Override
    public CompletableFuture<Optional<Node>> readAndWatch(String path, Runnable changed) {
        return real.readAndWatch(path, changed);
    }

    @Override
    public CompletableFuture<Optional<List<String>>> children(String path) {
        return real.children(path);
    }

    @Override
    public CompletableFuture<WriteResult> write(List<Op> operations) {
        return real.write(operations);
    }

    @Override
    public CompletableFuture<WriteResult> barrier() {
        return real.barrier();
    }

    @Override
    public CompletableFuture<Watch> watchTree(String path, TreeListener listener) {
        return real.watchTree(path, listener);
    }
}
