package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The one check of every path that a branch names. Stateless. */
final class RelativePath {
    /** What the resource keeps beside the files; no branch may name it. */
    static final String OWN_DIRECTORY = ".assent";

    private static final int MAX_CHARACTERS = 1_024;
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_DEPTH = 32;

    private RelativePath() {}

    /**
     * Returns {@code path} unchanged if it stays below the root by its text alone.
     *
     * @throws RefusedException naming what is wrong
     */
    static String require(String path) throws RefusedException {
        if (path.isEmpty() || path.length() > MAX_CHARACTERS) {
            throw refused(path, "it has " + path.length() + " characters, 1 to " + MAX_CHARACTERS + " are allowed");
        }
        if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\' || Character.isSurrogate((char) c))) {
            throw refused(path, "it holds a control character, a backslash or a surrogate");
        }
        List<String> names = names(path);
        if (names.size() > MAX_DEPTH) {
            throw refused(path, "it is " + names.size() + " levels deep, " + MAX_DEPTH + " are allowed");
        }
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw refused(path, "it must be relative, without empty names, '.' and '..'");
            }
            if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                throw refused(path, "a name in it exceeds " + MAX_NAME_BYTES + " bytes");
            }
        }
        if (names.get(0).equalsIgnoreCase(OWN_DIRECTORY)) {
            throw refused(path, OWN_DIRECTORY + " belongs to the resource itself");
        }
        return path;
    }

    static List<String> names(String path) {
        return List.of(path.split("/", -1));
    }

    /** Whether two paths cannot be changed independently: the same, or one the directory of the other. */
    static boolean overlap(String one, String other) {
        return one.equals(other) || other.startsWith(one + "/") || one.startsWith(other + "/");
    }

    private static RefusedException refused(String path, String why) {
        String shown = path.length() <= 80 ? path : path.substring(0, 80) + "…";
        return new RefusedException("path '" + shown.replaceAll("\\p{Cntrl}", "?") + "' is not allowed: " + why);
    }
}
