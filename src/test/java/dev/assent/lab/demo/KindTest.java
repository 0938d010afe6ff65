package dev.assent.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which resources are meant. */
class KindTest {
    @Test
    void takesAnyInAnyOrder() {
        assertEquals(EnumSet.allOf(Kind.class), Kind.parse("files,kafka,mariadb,postgres"));
        assertEquals(Set.of(Kind.MARIADB), Kind.parse("mariadb"));
    }

    @Test
    void refusesNothingStrangersAndRepetitions() {
        assertEquals(
                "--resources '': '' is none of postgres, mariadb, kafka, files; name one or more of them, separated by"
                        + " commas",
                refused(""));
        assertEquals(
                "--resources 'kafka,': '' is none of postgres, mariadb, kafka, files; name one or more of them,"
                        + " separated by commas",
                refused("kafka,"));
        assertEquals(
                "--resources 'kafka,files,kafka' names 'kafka' twice; name each once", refused("kafka,files,kafka"));
    }

    private static String refused(String list) {
        return assertThrows(IllegalArgumentException.class, () -> Kind.parse(list))
                .getMessage();
    }
}
