package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.jute.BinaryOutputArchive;
import org.junit.jupiter.api.Test;

class OpTest {
    private static final int ROOT_BYTES = Op.exists(Paths.ROOT).estimatedBytes();

    @Test
    void pathsAreEstimatedAsTheProtocolEncodesThem() throws IOException {
        for (String path : List.of("/plain", "/\u007f\u0080", "/\u07ff\u0800\uffff", "/\ud83d\ude00", "/\ud83d", "")) {
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            BinaryOutputArchive.getArchive(encoded).writeString(path, "path");
            int bytes = encoded.size() - Integer.BYTES;
            assertEquals(bytes, Op.exists(path).estimatedBytes() - ROOT_BYTES + 1, path);
        }
    }

    @Test
    void contentCounts() {
        assertEquals(ROOT_BYTES + 7, Op.create(Paths.ROOT, new byte[7]).estimatedBytes());
    }
}
