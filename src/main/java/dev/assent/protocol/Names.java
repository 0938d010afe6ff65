package dev.assent.protocol;

import java.util.regex.Pattern;

/** The one whitelist for every name that becomes a znode or part of a branch id: {@code [a-z0-9-]{1,32}}. Stateless. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    private Names() {}

    /** Whether {@code name} may be used as a participant, instance, coordinator or attempt. */
    public static boolean valid(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Returns {@code name} unchanged.
     *
     * @param what what the name is for, used in the message
     * @throws IllegalArgumentException if the name is outside the whitelist
     */
    public static String require(String what, String name) {
        if (name == null || !valid(name)) {
            throw new IllegalArgumentException(
                    what + " '" + name + "' is not a valid name: use 1 to 32 of a-z, 0-9 and '-'");
        }
        return name;
    }
}
