package dev.assent.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.assent.protocol.TransactionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The content of a znode that several transactions share: how often each one's own node was set, and that node's content,
 * in one line for all places that hold the same. Immutable.
 *
 * <pre>{"v":1
 * ,"01-1f,21":[1,{"v":1,...}]
 * ,"20":[0,{"v":1,...}]}</pre>
 */
final class Shared {
    private static final int MAX_BYTES = 1_048_576;
    // What a member may have, and the object and the array around it.
    private static final int MAX_DEPTH = 10;
    private static final int FORMAT = 1;
    private static final byte[] NOTHING = {};
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(20)
                    .build())
            .build();
    private static final String[] NAMES = IntStream.rangeClosed(0, TransactionId.MOST_TOGETHER)
            .mapToObj(place -> String.format("%02x", place))
            .toArray(String[]::new);
    static final Shared EMPTY = new Shared(new Member[TransactionId.MOST_TOGETHER + 1]);

    /**
     * One transaction's node.
     *
     * @param version how often it was set
     * @param data its content
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and decoded, never compared
    record Member(int version, byte[] data) {}

    private final Member[] members;

    private Shared(Member[] members) {
        this.members = members;
    }

    Optional<Member> member(int place) {
        return Optional.ofNullable(members[place]);
    }

    boolean isEmpty() {
        return Arrays.stream(members).allMatch(member -> member == null);
    }

    /** Whether each place up to {@code size} is taken. */
    boolean holdsAll(int size) {
        return IntStream.rangeClosed(1, size).allMatch(place -> members[place] != null);
    }

    /** What becomes of a content, step by step. Not thread-safe. */
    static final class Draft {
        private final Member[] members;

        private Draft(Shared base) {
            this.members = base.members.clone();
        }

        Optional<Member> member(int place) {
            return Optional.ofNullable(members[place]);
        }

        void put(int place, Member member) {
            members[place] = member;
        }

        void remove(int place) {
            members[place] = null;
        }

        /** What it is now. */
        Shared content() {
            return new Shared(members.clone());
        }
    }

    Draft draft() {
        return new Draft(this);
    }

    /** Whether {@code data} can be a node's content in here. */
    static boolean holds(byte[] data) {
        return data.length == 0 || (data.length > 1 && data[0] == '{' && data[data.length - 1] == '}');
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        write(out, "{\"v\":" + FORMAT);
        boolean[] written = new boolean[members.length];
        for (int place = 1; place < members.length; place++) {
            if (members[place] != null && !written[place]) {
                write(out, "\n,\"" + places(place, written) + "\":[" + members[place].version());
                if (members[place].data().length > 0) {
                    out.write(',');
                    out.writeBytes(members[place].data());
                }
                out.write(']');
            }
        }
        out.write('}');
        return out.toByteArray();
    }

    /** All places that hold the same as {@code first}. */
    private String places(int first, boolean[] written) {
        StringBuilder names = new StringBuilder();
        int place = first;
        while (place < members.length) {
            int end = place;
            while (end < members.length && same(members[end], members[first])) {
                written[end++] = true;
            }
            if (end > place) {
                names.append(names.isEmpty() ? "" : ",").append(NAMES[place]);
                if (end > place + 1) {
                    names.append('-').append(NAMES[end - 1]);
                }
            }
            place = Math.max(end, place + 1);
        }
        return names.toString();
    }

    private static boolean same(Member one, Member other) {
        return one != null && one.version() == other.version() && Arrays.equals(one.data(), other.data());
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads a shared znode's content.
     *
     * @throws MalformedRecordException if it is none
     */
    static Shared read(byte[] data) {
        // The parser would take UTF-16 and UTF-32 too, by the zeroes in them.
        if (data.length < 2 || data.length > MAX_BYTES || data[0] <= 0 || data[1] <= 0) {
            throw new MalformedRecordException(
                    "a shared node is not a JSON object in UTF-8 of at most " + MAX_BYTES + " bytes, it has "
                            + data.length,
                    null);
        }
        try (JsonParser parser = JSON.createParser(data)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "not an object");
            require("v".equals(parser.nextFieldName()), "its first field is not 'v'");
            require(parser.nextIntValue(-1) == FORMAT, "its format is not v=" + FORMAT);
            Member[] members = new Member[TransactionId.MOST_TOGETHER + 1];
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                put(members, name, member(parser, data));
            }
            require(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null, "it goes on");
            return new Shared(members);
        } catch (IOException e) {
            throw new MalformedRecordException("a shared node is not JSON (" + data.length + " bytes)", e);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("a shared node is malformed: " + e.getMessage(), e);
        }
    }

    private static void put(Member[] members, String places, Member member) {
        int at = -1;
        do {
            at++;
            int first = place(places, at);
            at += 2;
            int last = first;
            if (at < places.length() && places.charAt(at) == '-') {
                last = place(places, at + 1);
                at += 3;
            }
            require(
                    first <= last && (at == places.length() || places.charAt(at) == ','),
                    "'" + places + "' are no places");
            for (int place = first; place <= last; place++) {
                require(members[place] == null, "place " + NAMES[place] + " twice");
                members[place] = member;
            }
        } while (at < places.length());
    }

    private static int place(String places, int at) {
        require(at + 2 <= places.length(), "'" + places + "' are no places");
        int place = Character.digit(places.charAt(at), 16) * 16 + Character.digit(places.charAt(at + 1), 16);
        require(
                place >= 1 && place <= TransactionId.MOST_TOGETHER && places.startsWith(NAMES[place], at),
                "'" + places + "' are no places");
        return place;
    }

    private static Member member(JsonParser parser, byte[] data) throws IOException {
        require(parser.nextToken() == JsonToken.START_ARRAY, "a place without an array");
        require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, "a place without a version");
        int version = parser.getIntValue();
        require(version >= 0, "version " + version);
        byte[] content = NOTHING;
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            int start = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            content = Arrays.copyOfRange(
                    data, start, (int) parser.currentLocation().getByteOffset());
            parser.nextToken();
        }
        require(parser.currentToken() == JsonToken.END_ARRAY, "more than a version and an object at a place");
        return new Member(version, content);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
