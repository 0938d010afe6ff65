package dev.assent.protocol;

/** Texts of lower-case hexadecimal digits. Stateless; on every path of a transaction, hence without regular expressions. */
final class Hex {
    static final int DIGITS = 16;

    private Hex() {}

    /** Whether {@code text} has 16 lower-case hexadecimal digits from {@code start} on, and nothing after them. */
    static boolean isLast(String text, int start) {
        if (text.length() != start + DIGITS) {
            return false;
        }
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
