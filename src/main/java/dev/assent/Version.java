package dev.assent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Assent that is running. */
public final class Version {
    private static final String RESOURCE = "version.properties";
    private static final String CURRENT = read();

    private Version() {}

    /** Returns the version that the build wrote into this library, such as {@code 0.1.0}. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource dev/assent/" + RESOURCE
                        + " is missing: this copy of Assent is incomplete, rebuild it");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("resource dev/assent/" + RESOURCE + " is unreadable", e);
        }
    }
}
