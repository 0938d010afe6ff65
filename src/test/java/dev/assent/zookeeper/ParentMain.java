package dev.assent.zookeeper;

import java.nio.file.Path;

/** Starts a server in {@code DIRECTORY}, prints its process id, and waits to be killed. */
public final class ParentMain {
    private ParentMain() {}

    public static void main(String[] args) throws Exception {
        ZooKeeperProcesses servers = ZooKeeperProcesses.start(Path.of(args[0]), 1);
        System.out.println(servers.pid(0));
        Thread.currentThread().join();
    }
}
