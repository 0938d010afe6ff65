package dev.assent.lab.bench;

import dev.assent.bench.Sample;
import dev.assent.bench.Setting;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** One peer in its own JVM: reads loads from its standard input and prints what it measured; ends with that input. */
public final class PeerMain {
    static final String READY = "ready ";
    static final String SAMPLE = "sample ";

    private PeerMain() {}

    /**
     * Runs until its standard input ends.
     *
     * @param args the peer's name and the directory for its log
     */
    public static void main(String[] args) throws Exception {
        Peer peer = Peer.of(args[0]).orElseThrow();
        BlockingTransactions transactions = peer.open(Path.of(args[1]));
        serve(peer, transactions, transactions.remark());
        // Peers leave threads behind that nobody ends.
        System.exit(0);
    }

    /** Measures what standard input says, until it ends. */
    static void serve(Peer peer, BlockingTransactions transactions, String ready) throws Exception {
        try (BlockingSystem system = new BlockingSystem(peer, transactions)) {
            System.out.println(READY + ready);
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                PeerLoad load = PeerLoad.parse(line);
                Setting setting = load.setting();
                system.prepare(setting);
                Sample sample = system.load(setting, Duration.ofMillis(load.millis()), load.seed());
                System.out.println(SAMPLE + load.number() + " " + PeerLoad.format(sample));
            }
        }
    }
}
