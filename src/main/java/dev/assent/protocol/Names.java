package dev.assent.protocol;

/** The one whitelist for every name that becomes a znode or part of a branch id: {@code [a-z0-9-]{1,32}}. Stateless. */
public final class Names {
    private static final int LONGEST = 32;

    private Names() {}

    /** Whether {@code name} may be used as a participant, instance, coordinator or attempt. */
    public static boolean valid(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
                return false;
            }
        }
        return true;
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
