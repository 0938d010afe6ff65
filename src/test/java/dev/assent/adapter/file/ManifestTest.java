package dev.assent.adapter.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A manifest is read back whole or not at all. */
class ManifestTest {
    private static final Manifest MANIFEST = new Manifest(List.of(
            Manifest.Entry.write("with space/é", "content".getBytes(UTF_8)),
            Manifest.Entry.of(Manifest.Use.DELETE, "gone"),
            Manifest.Entry.of(Manifest.Use.READ, "sum of it")));

    @Test
    void roundTrip() throws IOException {
        assertEquals(MANIFEST, Manifest.decode(MANIFEST.encode()));
        assertEquals(new Manifest(List.of()), Manifest.decode(new Manifest(List.of()).encode()));
    }

    @Test
    void noDamageIsReadOver() {
        byte[] good = MANIFEST.encode();
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length + 20) : good.length);
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThrows(IOException.class, () -> Manifest.decode(bad), () -> new String(bad, UTF_8));
        }
    }
}
