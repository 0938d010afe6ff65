package dev.assent.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Strict reading and writing of small JSON objects for {@link Records}. Stateless; the mapper is thread-safe. */
final class Json {
    /** A node cannot be larger than a request of ZooKeeper's default {@code jute.maxbuffer}. */
    private static final int MAX_BYTES = 1_048_576;

    private static final int MAX_DEPTH = 8;
    private static final int FORMAT = 1;
    private static final int ELLIPSIS = '…';

    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_BYTES)
            .maxNumberLength(20)
            .build();
    private static final JsonFactory STREAMS = JsonFactory.builder()
            .streamReadConstraints(BOUNDS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper(
                    JsonFactory.builder().streamReadConstraints(BOUNDS).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Of two decisions in one record nobody may pick one.
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            // Unknown numbers are written back as they were.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode().put("v", FORMAT);
    }

    /** An object without even a format. */
    static ObjectNode bare() {
        return MAPPER.createObjectNode();
    }

    /** The object {@code data}, as it is, with the fields of {@code more}, none of which it has, after its own. */
    static byte[] appended(byte[] data, ObjectNode more) {
        byte[] fields = bytes(more);
        int end = data.length - 1;
        while (data[end] != '}') {
            end--;
        }
        byte[] both = Arrays.copyOf(data, end + fields.length);
        both[end] = ',';
        System.arraycopy(fields, 1, both, end + 1, fields.length - 1);
        return both;
    }

    static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
    }

    /** Parses {@code data} as a {@code what} and applies {@code reader}; whatever fails is a malformed record. */
    static <T> T parse(String what, byte[] data, Function<ObjectNode, T> reader) {
        return strictly(what, data, () -> {
            if (!(MAPPER.readTree(data) instanceof ObjectNode node)) {
                throw new IllegalArgumentException("not a JSON object");
            }
            requireFormat(number(node, "v"));
            return reader.apply(node);
        });
    }

    /** As {@link #parse}, for what is read for every transaction. */
    static <T> T fields(String what, byte[] data, Function<JsonFields, T> reader) {
        return strictly(what, data, () -> {
            try (JsonParser parser = STREAMS.createParser(data)) {
                JsonFields fields = JsonFields.read(parser);
                requireFormat(fields.number("v"));
                return reader.apply(fields);
            }
        });
    }

    private static void requireFormat(long format) {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format v=" + format + ", this release reads v=" + FORMAT);
        }
    }

    private interface Parsing<T> {
        T parsed() throws IOException;
    }

    private static <T> T strictly(String what, byte[] data, Parsing<T> parsing) {
        try {
            if (data.length > MAX_BYTES) {
                throw new IllegalArgumentException(data.length + " bytes exceed the bound of " + MAX_BYTES);
            }
            // The parser would take UTF-16 and UTF-32 too, by the zeroes in them.
            if (data.length < 2 || data[0] <= 0 || data[1] <= 0) {
                throw new IllegalArgumentException("not a JSON object in UTF-8");
            }
            return parsing.parsed();
        } catch (IOException e) {
            throw new MalformedRecordException(what + " is not JSON (" + data.length + " bytes)", e);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(what + " is malformed: " + e.getMessage(), e);
        }
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException("no text '" + field + "'");
        }
        return value.asText();
    }

    static Optional<String> optionalText(JsonNode node, String field) {
        return node.has(field) ? Optional.of(text(node, field)) : Optional.empty();
    }

    static long number(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("no whole number '" + field + "'");
        }
        return value.asLong();
    }

    static boolean flag(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isBoolean()) {
            throw new IllegalArgumentException("no true or false '" + field + "'");
        }
        return value.asBoolean();
    }

    /** The object at {@code field}, whose values are all texts. */
    static Map<String, String> texts(JsonNode node, String field) {
        if (!(node.get(field) instanceof ObjectNode object)) {
            throw new IllegalArgumentException("no object '" + field + "'");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(entry -> texts.put(entry.getKey(), text(object, entry.getKey())));
        return texts;
    }

    /** As much of {@code text} as fits both bounds, whatever characters it has; no pair is cut in half. */
    static String clip(String text, int characters, int bytes) {
        int end = 0;
        int room = bytes;
        while (end < text.length() && end <= characters && room >= 0) {
            int character = text.codePointAt(end);
            end += Character.charCount(character);
            room -= encodedBytes(character);
        }
        if (end <= characters && room >= 0) {
            return text;
        }
        // One character too many: back until the ellipsis has its place.
        while (end > 0 && (end >= characters || room < encodedBytes(ELLIPSIS))) {
            int character = text.codePointBefore(end);
            end -= Character.charCount(character);
            room += encodedBytes(character);
        }
        return text.substring(0, end) + (char) ELLIPSIS;
    }

    private static int encodedBytes(int character) {
        if (character < 0x80) {
            return character < ' ' ? 6 : character == '"' || character == '\\' ? 2 : 1;
        }
        if (Character.getType(character) == Character.SURROGATE) {
            return 6;
        }
        return character < 0x800 ? 2 : character < 0x10000 ? 3 : 12;
    }
}
