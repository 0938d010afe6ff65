package dev.assent.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** Strict reading and writing of small JSON objects for {@link Records}. Stateless; the mapper is thread-safe. */
final class Json {
    /** A node cannot be larger than a request of ZooKeeper's default {@code jute.maxbuffer}. */
    private static final int MAX_BYTES = 1_048_576;

    private static final int MAX_DEPTH = 8;
    private static final int FORMAT = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BYTES)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode().put("v", FORMAT);
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
        try {
            if (data.length > MAX_BYTES) {
                throw new IllegalArgumentException(data.length + " bytes exceed the bound of " + MAX_BYTES);
            }
            if (!(MAPPER.readTree(data) instanceof ObjectNode node)) {
                throw new IllegalArgumentException("not a JSON object");
            }
            if (number(node, "v") != FORMAT) {
                throw new IllegalArgumentException(
                        "format v=" + number(node, "v") + ", this release reads v=" + FORMAT);
            }
            return reader.apply(node);
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

    static String clip(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
