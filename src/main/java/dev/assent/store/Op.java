package dev.assent.store;

/**
 * One operation of a conditional multi. Immutable.
 *
 * @param kind what to do
 * @param path on which node
 * @param data the new content, empty where there is none
 * @param version the version the node must have, {@link #ANY_VERSION} for any
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
public record Op(Kind kind, String path, byte[] data, int version) {
    public static final int ANY_VERSION = -1;

    private static final byte[] NOTHING = {};
    // Measured: the protocol's own bytes around one operation of a multi.
    static final int OVERHEAD_BYTES = 64;

    /** What an operation does. */
    public enum Kind {
        CREATE,
        /** Created for as long as the session lives. */
        CREATE_EPHEMERAL,
        SET,
        DELETE,
        /** Changes nothing; fails unless the node has the version. */
        CHECK
    }

    public static Op create(String path, byte[] data) {
        return new Op(Kind.CREATE, path, data, ANY_VERSION);
    }

    public static Op createEphemeral(String path, byte[] data) {
        return new Op(Kind.CREATE_EPHEMERAL, path, data, ANY_VERSION);
    }

    public static Op createEmpty(String path) {
        return create(path, NOTHING);
    }

    public static Op set(String path, byte[] data, int version) {
        return new Op(Kind.SET, path, data, version);
    }

    public static Op delete(String path, int version) {
        return new Op(Kind.DELETE, path, NOTHING, version);
    }

    public static Op check(String path, int version) {
        return new Op(Kind.CHECK, path, NOTHING, version);
    }

    /** Fails unless the node exists. */
    public static Op exists(String path) {
        return check(path, ANY_VERSION);
    }

    /** An upper estimate of the bytes it takes in a request (rule 10). */
    public int estimatedBytes() {
        int bytes = OVERHEAD_BYTES + data.length;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            // The protocol encodes each half of a surrogate pair by itself.
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }

    @Override
    public String toString() {
        return kind + " " + path + (version == ANY_VERSION ? "" : "@" + version);
    }
}
