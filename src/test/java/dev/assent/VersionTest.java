package dev.assent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void isTheVersionOfTheBuild() {
        assertEquals(System.getProperty("assent.version"), Version.current());
    }
}
