package dev.assent.adapter.contract;

import dev.assent.participant.Resource;
import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/** What the suite needs of a real resource: its work, what is seen of it, and its server's life and death. */
public interface ResourceLab {
    /** The resource as one more process has it; closed with the lab. */
    Resource open() throws Exception;

    /** Opens the resource in a process of its own. */
    Opener opener();

    /** Opens the resource elsewhere, from text alone. Has a public constructor without arguments. */
    interface ResourceOpener {
        /**
         * Opens it.
         *
         * @param step to be called after each thing that reached the resource: the process may die there
         */
        Resource open(List<String> arguments, Runnable step) throws Exception;
    }

    /** How another process opens the resource. */
    record Opener(Class<? extends ResourceOpener> type, List<String> arguments) {}

    /** Work that makes {@code key} be seen once more. */
    byte[] adding(String key);

    /** How often {@code key} is seen by somebody who has nothing to do with any branch. */
    int seen(String key) throws Exception;

    /** Work that the resource refuses, after some that it does not; nothing where it refuses nothing. */
    Optional<byte[]> refused();

    /** Work that only reads; nothing where that cannot be told. */
    Optional<byte[]> reading();

    /** Work that adds {@code key} and goes on after a statement of it failed; nothing where nothing can fail. */
    Optional<byte[]> failingInBetween(String key);

    /** Work that locks {@code first} and, if {@code second} is not empty, then that, and adds {@code key}. */
    Optional<byte[]> locking(String key, String first, String second);

    /** Work during which the connection is lost. */
    Optional<byte[]> disconnecting(String key);

    /** Somebody else prepares something in the same resource; nothing where nobody can. */
    Optional<Foreign> foreign() throws Exception;

    /** Somebody else's prepared work. */
    interface Foreign {
        boolean stillThere() throws Exception;

        void remove() throws Exception;
    }

    /** The server, where there is one. */
    Optional<Server> server();

    /** A server that can be killed. */
    interface Server extends Closeable {
        /** As {@code kill -9}. */
        void kill() throws Exception;

        /** Starts it again on its data; returns when it serves. */
        void restart() throws Exception;
    }
}
