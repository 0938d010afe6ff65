package dev.assent.coordinator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a {@link CoordinatorConfig} from flags, the environment and a file, in this order of precedence; what none of them
 * says is the default. The key {@code seal-delay} is the flag {@code --seal-delay}, the variable {@code
 * ASSENT_COORDINATOR_SEAL_DELAY} and the file's {@code seal-delay = 10s}. Stateless.
 */
public final class CoordinatorSettings {
    private static final String VARIABLE = "ASSENT_COORDINATOR_";
    private static final Pattern TIME = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

    private record Key(String name, BiConsumer<CoordinatorConfig.Builder, String> set) {
        String variable() {
            return VARIABLE + name.replace('-', '_').toUpperCase(Locale.ROOT);
        }
    }

    private static final List<Key> KEYS = List.of(
            new Key("id", CoordinatorConfig.Builder::id),
            new Key("address", CoordinatorConfig.Builder::address),
            new Key("release", CoordinatorConfig.Builder::release),
            new Key("generation-size", (b, text) -> b.generationSize(number("generation-size", text))),
            new Key("generation-age", (b, text) -> b.generationAge(time("generation-age", text))),
            new Key("seal-delay", (b, text) -> b.sealDelay(time("seal-delay", text))),
            new Key("abort-grace", (b, text) -> b.abortGrace(time("abort-grace", text))),
            new Key("rescan-interval", (b, text) -> b.rescanInterval(time("rescan-interval", text))),
            new Key("watchdog-timeout", (b, text) -> b.watchdogTimeout(time("watchdog-timeout", text))),
            new Key("reads-in-flight", (b, text) -> b.readsInFlight(number("reads-in-flight", text))),
            new Key("collection-batch", (b, text) -> b.collectionBatch(number("collection-batch", text))),
            new Key("history-generations", (b, text) -> b.historyGenerations(number("history-generations", text))),
            new Key("max-pending", (b, text) -> b.maxPending(number("max-pending", text))),
            new Key("operations-kept", (b, text) -> b.operationsKept(number("operations-kept", text))));

    private CoordinatorSettings() {}

    /** Every key, in the order of the file. */
    public static List<String> keys() {
        return KEYS.stream().map(Key::name).toList();
    }

    /**
     * The configuration that the sources give.
     *
     * @param flags by key, without dashes
     * @param environment all of the process's; only names that begin with {@code ASSENT_COORDINATOR_} are looked at
     * @param file the file's content, empty where there is none
     * @param defaultId the id where no source gives one
     * @throws IllegalArgumentException in one line: an unknown key, or key, value and bound of a wrong one
     */
    public static CoordinatorConfig load(
            Map<String, String> flags, Map<String, String> environment, Properties file, String defaultId) {
        refuseUnknown(flags, environment, file);
        CoordinatorConfig.Builder builder = CoordinatorConfig.builder(defaultId);
        for (Key key : KEYS) {
            value(key, flags, environment, file).ifPresent(text -> key.set().accept(builder, text.strip()));
        }
        return builder.build();
    }

    private static Optional<String> value(
            Key key, Map<String, String> flags, Map<String, String> environment, Properties file) {
        String flag = flags.get(key.name());
        String variable = environment.get(key.variable());
        return Optional.ofNullable(flag != null ? flag : variable != null ? variable : file.getProperty(key.name()));
    }

    private static void refuseUnknown(Map<String, String> flags, Map<String, String> environment, Properties file) {
        Map<String, String> known = new LinkedHashMap<>();
        KEYS.forEach(key -> known.put(key.variable(), key.name()));
        flags.keySet().stream().sorted().forEach(name -> requireKnown("flag --" + name, known.containsValue(name)));
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE))
                .sorted()
                .forEach(name -> requireKnown("environment variable " + name, known.containsKey(name)));
        file.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> requireKnown("key '" + name + "' in the file", known.containsValue(name)));
    }

    private static void requireKnown(String what, boolean known) {
        if (!known) {
            throw new IllegalArgumentException("unknown " + what + ": the keys are "
                    + KEYS.stream().map(Key::name).collect(Collectors.joining(", ")));
        }
    }

    private static int number(String key, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " = '" + text + "' is not a whole number up to 2147483647", e);
        }
    }

    private static Duration time(String key, String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    key + " = '" + text + "' is not a time: use a whole number and ms, s, m or h, as in 30s");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }
}
