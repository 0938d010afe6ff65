package dev.assent.bench;

/** What HTML and SVG need. Stateless. */
final class Html {
    private Html() {}

    /** Text that may stand between tags and in quotes. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
