package dev.assent.adapter.file;

import static dev.assent.adapter.file.Branches.branch;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assent.adapter.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The instructions that a shell can write. */
class WriteFilesTest {
    private static final Map<String, String> COMMITTED = Map.of("there", "line\n\tüber=\\", "empty", "");

    private static List<String> changes(byte[] payload) throws Exception {
        FileView view = path -> Optional.ofNullable(COMMITTED.get(path)).map(text -> text.getBytes(UTF_8));
        return new WriteFiles()
                .changes(branch(1), payload, view).stream()
                        .map(change -> change.path() + "="
                                + change.content()
                                        .map(c -> new String(c, UTF_8))
                                        .orElse("(deleted)"))
                        .toList();
    }

    @Test
    void writesDeletesAndChecks() throws Exception {
        String text = "\nnew/file=a=b\\n\\t\\\\é\r\nempty=\n\n-there\n?there=line\\n\\tüber=\\\\\n?empty=\n!absent\n";
        assertEquals(List.of("new/file=a=b\n\t\\é", "empty=", "there=(deleted)"), changes(text.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?there=other | holds something else",
                "?absent=x | does not exist",
                "!there | exists",
                "nonsense | none of path=text",
                "?nonsense | none of path=text",
                "-there=x | cannot have",
                "!there=x | cannot have",
                "a=trailing\\ | backslash",
                "a=\\x | backslash"
            })
    void refuses(String instruction, String why) {
        RefusedException refused = assertThrows(
                RefusedException.class, () -> changes(instruction.strip().getBytes(UTF_8)));
        assertTrue(refused.getMessage().contains(why.strip()), refused::getMessage);
    }

    @Test
    void refusesWhatIsNotText() {
        assertThrows(RefusedException.class, () -> changes(new byte[] {'a', '=', (byte) 0xff}));
        assertThrows(RefusedException.class, () -> changes(new byte[0]));
    }
}
