package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.protocol.TransactionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shared znode holds, and where in it a node is. */
class SharedTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Shared sample() {
        Shared.Draft draft = Shared.EMPTY.draft();
        draft.put(1, new Shared.Member(0, utf8("{\"v\":1,\"reason\":\"größer } ] , \\\" \\u007d\"}")));
        draft.put(2, new Shared.Member(7, new byte[0]));
        draft.put(64, new Shared.Member(2_000_000_000, utf8("{\"v\":1,\"a\":{\"b\":[1,{\"c\":null}]}}")));
        return draft.content();
    }

    @Test
    void isReadAsItWasWritten() {
        Shared read = Shared.read(sample().bytes());
        for (int place = 1; place <= TransactionId.MOST_TOGETHER; place++) {
            Optional<Shared.Member> expected = sample().member(place);
            assertEquals(expected.isPresent(), read.member(place).isPresent(), "place " + place);
            if (expected.isPresent()) {
                assertEquals(expected.get().version(), read.member(place).get().version());
                assertArrayEquals(
                        expected.get().data(), read.member(place).get().data());
            }
        }
        assertArrayEquals(sample().bytes(), read.bytes());
        assertTrue(Shared.EMPTY.isEmpty());
        assertFalse(read.isEmpty());
    }

    @Test
    void whatIsTheSameIsWrittenOnce() {
        Shared.Member yes = new Shared.Member(1, utf8("{\"v\":1,\"vote\":\"YES\"}"));
        Shared.Draft draft = Shared.EMPTY.draft();
        for (int place = 1; place <= 64; place++) {
            draft.put(place, new Shared.Member(yes.version(), yes.data().clone()));
        }
        draft.put(3, new Shared.Member(0, new byte[0]));
        draft.put(5, new Shared.Member(2, yes.data()));
        Shared shared = draft.content();
        String text = new String(shared.bytes(), StandardCharsets.UTF_8);
        assertEquals(
                "{\"v\":1\n,\"01-02,04,06-40\":[1,{\"v\":1,\"vote\":\"YES\"}]\n,\"03\":[0]\n,\"05\":[2,{\"v\":1,\"vote\":\"YES\"}]}",
                text);
        assertArrayEquals(shared.bytes(), Shared.read(shared.bytes()).bytes());
        assertEquals(0, Shared.read(shared.bytes()).member(3).orElseThrow().version());
        assertEquals(1, Shared.read(shared.bytes()).member(64).orElseThrow().version());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"v\":2}",
                "{\"01\":[0],\"v\":1}",
                "{\"v\":1}x",
                "{\"v\":1}{\"v\":1}",
                "{\"v\":1,\"01\":[0],\"01\":[0]}",
                "{\"v\":1,\"00\":[0]}",
                "{\"v\":1,\"41\":[0]}",
                "{\"v\":1,\"0A\":[0]}",
                "{\"v\":1,\"1\":[0]}",
                "{\"v\":1,\"\":[0]}",
                "{\"v\":1,\"01-\":[0]}",
                "{\"v\":1,\"01-0\":[0]}",
                "{\"v\":1,\"02-01\":[0]}",
                "{\"v\":1,\"01-02-03\":[0]}",
                "{\"v\":1,\"01,\":[0]}",
                "{\"v\":1,\"01 02\":[0]}",
                "{\"v\":1,\"01-41\":[0]}",
                "{\"v\":1,\"01-03,02\":[0]}",
                "{\"v\":1,\"01-03\":[0],\"02\":[1]}",
                "{\"v\":1,\"01\":0}",
                "{\"v\":1,\"01\":[]}",
                "{\"v\":1,\"01\":[-1]}",
                "{\"v\":1,\"01\":[1.5]}",
                "{\"v\":1,\"01\":[99999999999]}",
                "{\"v\":1,\"01\":[0,1]}",
                "{\"v\":1,\"01\":[0,{}],\"02\":[0,{},{}]}",
                "{\"v\":1,\"01\":[0,[]]}",
                "{\"v\":1,\"01\":[0,{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}]}"
            })
    void whatIsNoneIsMalformed(String text) {
        assertThrows(MalformedRecordException.class, () -> Shared.read(utf8(text)));
    }

    @Test
    void whateverIsReadIsReadOrMalformed() {
        Random random = new Random(1);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] data = sample().bytes();
            for (int change = random.nextInt(3); change >= 0; change--) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            try {
                byte[] again = Shared.read(data).bytes();
                assertArrayEquals(again, Shared.read(again).bytes());
                read++;
            } catch (MalformedRecordException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
        assertTrue(read > 1_000, "only " + read + " were readable");
    }

    @Test
    void anIdSaysWhereItsNodesAre() {
        TransactionId id = TransactionId.together(12, 0x1a2b3c4d5e6fL << 16, 64, 10);
        assertEquals("12-1a2b3c4d5e6f400a", id.toString());
        assertEquals(
                Optional.of(new SharedPath("/transactions/12/12-1a2b3c4d5e6f4000/bank", 10)),
                SharedPath.of(Paths.slot(id, "bank")));
        assertEquals(
                Optional.of(new SharedPath("/participants/bank/inbox/12/12-1a2b3c4d5e6f4000", 10)),
                SharedPath.of(Paths.inboxEntry("bank", id)));
        List<String> nodes = SharedPath.nodes("/transactions/12/12-1a2b3c4d5e6f4000/bank");
        assertEquals(64, nodes.size());
        assertEquals(Paths.slot(id, "bank"), nodes.get(9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/epoch",
                "/transactions",
                "/transactions/12",
                "/transactions/12/12-1a2b3c4d5e6f0000",
                "/transactions/12/12-1a2b3c4d5e6f0100",
                "/transactions/12/12-1a2b3c4d5e6f0101",
                "/transactions/12/12-1a2b3c4d5e6f4100",
                "/transactions/12/12-1a2b3c4d5e6f4101",
                "/transactions/12/12-1a2b3c4d5e6f0203",
                "/transactions/12/12-1a2b3c4d5e6F0201",
                "/transactions/12/12-1a2b3c4d5e6f0201x",
                "/transactions/12/x2-1a2b3c4d5e6f0201",
                "/transactions/12/-1a2b3c4d5e6f0201",
                "/history/12/12-1a2b3c4d5e6f0201",
                "/participants/bank/heuristics/12-1a2b3c4d5e6f0201",
                "/participants/bank/inbox/12",
                "/participants/bank"
            })
    void whatIsAloneStaysAlone(String path) {
        assertEquals(Optional.empty(), SharedPath.of(path));
        assertEquals(List.of(path), SharedPath.nodes(path));
    }
}
