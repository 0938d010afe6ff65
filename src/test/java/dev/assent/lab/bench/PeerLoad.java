package dev.assent.lab.bench;

import dev.assent.bench.Counts;
import dev.assent.bench.Sample;
import dev.assent.bench.Setting;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a peer's JVM is told and what it answers, a line each. Immutable.
 *
 * @param number counts the loads
 * @param millis how long transactions are begun
 * @param seed decides which transactions are refused
 */
record PeerLoad(int number, Setting setting, long millis, long seed) {
    static PeerLoad parse(String line) {
        String[] parts = line.split(" ", -1);
        return new PeerLoad(
                Integer.parseInt(parts[0]),
                new Setting(
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3]),
                        Integer.parseInt(parts[4]),
                        Integer.parseInt(parts[5])),
                Long.parseLong(parts[6]),
                Long.parseLong(parts[7]));
    }

    String format() {
        return number + " " + setting.participants() + " " + setting.inFlight() + " " + setting.payloadBytes() + " "
                + setting.abortPercent() + " " + setting.ratePerSecond() + " " + millis + " " + seed;
    }

    static String format(Sample sample) {
        Histogram latencies = sample.latencies();
        ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoByteBuffer(bytes);
        byte[] used = new byte[length];
        bytes.flip().get(used);
        return sample.nanos() + " " + sample.committed() + " " + sample.aborted() + " " + sample.unknown() + " "
                + sample.refused() + " " + Base64.getEncoder().encodeToString(used);
    }

    static Sample sample(String text) throws DataFormatException {
        String[] parts = text.split(" ", -1);
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(parts[5]));
        return new Sample(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Histogram.decodeFromByteBuffer(bytes, 0),
                Counts.NONE,
                Map.of());
    }
}
