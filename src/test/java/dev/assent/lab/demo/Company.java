package dev.assent.lab.demo;

import dev.assent.cli.demo.Takeover;
import dev.assent.processes.Child;
import dev.assent.processes.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The participants, each in a process of its own. Their processes end with the cluster. For one thread. */
final class Company implements Takeover.Cast {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final List<Role> roles;
    private final Runnable inDoubt;
    private final Map<String, Child> processes = new HashMap<>();
    private int started;

    /**
     * @param inDoubt shows what lies prepared in the resources
     */
    Company(Cluster cluster, List<Role> roles, Runnable inDoubt) {
        this.cluster = cluster;
        this.roles = roles;
        this.inDoubt = inDoubt;
    }

    /** Starts all of them and returns once each takes work. */
    void start() throws IOException, InterruptedException {
        for (Role role : roles) {
            launch(role);
        }
        for (Role role : roles) {
            process(role.participant()).awaitLine(ResourceParticipant.READY, START_LIMIT);
        }
    }

    private void launch(Role role) throws IOException {
        started++;
        processes.put(
                role.participant(),
                cluster.start(
                        role.participant() + "-" + started,
                        ResourceParticipant.class.getName(),
                        List.of(role.participant(), role.kind().name(), role.location(), cluster.connectString())));
    }

    private Child process(String participant) {
        return processes.get(participant);
    }

    /** Kills a participant's process; answers its id. */
    long kill(Role role) throws IOException, InterruptedException {
        Child process = process(role.participant());
        process.kill();
        return process.pid();
    }

    /** Starts a killed participant again and returns once it takes work. */
    void restart(Role role) throws IOException, InterruptedException {
        launch(role);
        process(role.participant()).awaitLine(ResourceParticipant.READY, START_LIMIT);
    }

    @Override
    public List<String> participants() {
        return roles.stream().map(Role::participant).toList();
    }

    @Override
    public void hold() throws IOException, InterruptedException {
        tell(ResourceParticipant.HOLD);
    }

    @Override
    public void release() throws IOException, InterruptedException {
        tell(ResourceParticipant.RELEASE);
    }

    private void tell(String what) throws IOException, InterruptedException {
        Child last = process(Role.SOUTH);
        last.tell(what);
        last.awaitLine(what, ANSWER_LIMIT);
    }

    @Override
    public void showInDoubt() {
        inDoubt.run();
    }
}
