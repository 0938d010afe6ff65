package dev.assent.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fields of one small JSON object as the parser passed them: what every transaction is read from, without a tree of
 * nodes in between. Fields of other shapes than a text, a number, a flag or texts in an array are there and nothing else.
 */
final class JsonFields {
    private static final Object OTHER = new Object();

    private final List<String> names = new ArrayList<>(8);
    private final List<Object> values = new ArrayList<>(8);

    private JsonFields() {}

    /** Reads one object and nothing after it; the parser refuses names that stand twice. */
    static JsonFields read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not a JSON object");
        }
        JsonFields fields = new JsonFields();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            fields.names.add(name);
            fields.values.add(value(parser, parser.nextToken()));
        }
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("something follows the JSON object");
        }
        return fields;
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> {
                JsonParser.NumberType type = parser.getNumberType();
                yield type == JsonParser.NumberType.BIG_INTEGER ? OTHER : (Object) parser.getLongValue();
            }
            case START_ARRAY -> array(parser);
            case START_OBJECT -> {
                parser.skipChildren();
                yield OTHER;
            }
            default -> OTHER;
        };
    }

    private static Object array(JsonParser parser) throws IOException {
        List<String> texts = new ArrayList<>(4);
        boolean only = true;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_STRING) {
                texts.add(parser.getText());
            } else {
                only = false;
                parser.skipChildren();
            }
        }
        return only ? texts : new Mixed();
    }

    /** An array that holds something else than texts. */
    private static final class Mixed {}

    private Object get(String field) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(field)) {
                return values.get(i);
            }
        }
        return null;
    }

    boolean has(String field) {
        return get(field) != null;
    }

    String text(String field) {
        if (get(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("no text '" + field + "'");
    }

    Optional<String> optionalText(String field) {
        return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    long number(String field) {
        if (get(field) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("no whole number '" + field + "'");
    }

    boolean flag(String field) {
        if (get(field) instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException("no true or false '" + field + "'");
    }

    /** The texts of an array that holds nothing else. */
    @SuppressWarnings("unchecked") // lists are made of texts alone
    List<String> texts(String field) {
        Object value = get(field);
        if (value instanceof Mixed) {
            throw new IllegalArgumentException("'" + field + "' holds something else than texts");
        }
        if (value instanceof List) {
            return (List<String>) value;
        }
        throw new IllegalArgumentException("no array '" + field + "'");
    }
}
