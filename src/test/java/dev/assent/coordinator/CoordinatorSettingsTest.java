package dev.assent.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CoordinatorSettingsTest {
    private static final Path FILE = Path.of("config/coordinator.properties");
    private static final Map<String, String> NONE = Map.of();

    @Test
    void theShippedFileSaysWhatTheCodeDoes() throws Exception {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(FILE)) {
            file.load(reader);
        }
        // What each process knows better itself is only shown.
        List<String> shown = Files.readAllLines(FILE).stream()
                .filter(CoordinatorSettingsTest::onlyShown)
                .map(line -> line.substring(1, line.indexOf(' ')))
                .toList();
        assertEquals(List.of("address", "release"), shown);
        assertEquals(
                CoordinatorSettings.keys().stream().sorted().toList(),
                Stream.concat(shown.stream(), file.stringPropertyNames().stream())
                        .sorted()
                        .toList());
        assertEquals(
                CoordinatorConfig.builder("coordinator-1").build(),
                CoordinatorSettings.load(NONE, NONE, file, "another"));
    }

    private static boolean onlyShown(String line) {
        return line.matches("#[a-z-]+ = .+");
    }

    @Test
    void everyKeyOfTheFileHasUnitDefaultAndTradeOff() throws Exception {
        for (String block : Files.readString(FILE).split("\n\n", -1)) {
            List<String> settings = block.lines()
                    .filter(line -> !line.startsWith("#") || onlyShown(line))
                    .toList();
            if (settings.isEmpty()) {
                continue;
            }
            assertEquals(1, settings.size(), "one key a block: " + settings);
            String value = settings.get(0).split("=", 2)[1].strip();
            String comment = block.lines()
                    .filter(line -> line.startsWith("# "))
                    .map(line -> line.substring(2))
                    .collect(Collectors.joining(" "));
            assertTrue(comment.startsWith("Unit: "), settings.get(0));
            String stated = onlyShown(settings.get(0)) ? "the .+" : Pattern.quote(value);
            assertTrue(
                    comment.matches(".* Default: " + stated + "\\. Trade-off: .*"),
                    settings + " has the comment " + comment);
        }
    }

    @Test
    void aFlagWinsOverAVariableOverTheFile() {
        Properties file = file("generation-size", "7", "seal-delay", "3s", "abort-grace", "2m");
        CoordinatorConfig config = CoordinatorSettings.load(
                Map.of("generation-size", "9"),
                Map.of(
                        "ASSENT_COORDINATOR_GENERATION_SIZE",
                        "8",
                        "ASSENT_COORDINATOR_SEAL_DELAY",
                        "250ms",
                        "PATH",
                        "/"),
                file,
                "c1");
        assertEquals(9, config.generationSize());
        assertEquals(Duration.ofMillis(250), config.sealDelay());
        assertEquals(Duration.ofMinutes(2), config.abortGrace());
        assertEquals("c1", config.id());
    }

    @Test
    void unknownKeysAreRefusedWhereverTheyStand() {
        refused("unknown flag --sealdelay", Map.of("sealdelay", "1s"), NONE, file());
        refused(
                "unknown environment variable ASSENT_COORDINATOR_SEALDELAY",
                NONE,
                Map.of("ASSENT_COORDINATOR_SEALDELAY", "1s"),
                file());
        refused("unknown key 'sealdelay' in the file", NONE, NONE, file("sealdelay", "1s"));
    }

    @Test
    void wrongValuesNameKeyValueAndBound() {
        refused(
                "generation-size = 10001 is out of bounds: use 1 to 10000",
                Map.of("generation-size", "10001"),
                NONE,
                file());
        refused(
                "seal-delay = 7200000ms is out of bounds: use 0ms to 3600000ms",
                Map.of("seal-delay", "2h"),
                NONE,
                file());
        refused("seal-delay = '10' is not a time", Map.of("seal-delay", "10"), NONE, file());
        refused("max-pending = 'many' is not a whole number", Map.of("max-pending", "many"), NONE, file());
        refused("id = 'Big One' is not a valid name", Map.of("id", "Big One"), NONE, file());
        refused("address = '' is out of bounds", Map.of("address", ""), NONE, file());
        refused("max-pending = 100 is below generation-size = 5000", Map.of("max-pending", "100"), NONE, file());
    }

    private static void refused(
            String start, Map<String, String> flags, Map<String, String> environment, Properties file) {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> CoordinatorSettings.load(flags, environment, file, "c1"));
        assertTrue(refusal.getMessage().startsWith(start), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    private static Properties file(String... keysAndValues) {
        Properties file = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            file.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return file;
    }
}
