package dev.assent.store;

/**
 * A node as it was read.
 *
 * @param data its content; not to be modified
 * @param version how often its content was set
 * @param aclVersion how often its ACL was set; above 0 somebody changed it (rule 12)
 * @param ephemeral whether it goes with a session
 * @param children how many children it has
 * @param createdMillis the server's wall clock at creation, for people's eyes alone (rule 8)
 * @param modifiedMillis the server's wall clock at the last change, for people's eyes alone (rule 8)
 */
@SuppressWarnings("ArrayRecordComponent") // read once and decoded, never compared
public record Node(
        byte[] data,
        int version,
        int aclVersion,
        boolean ephemeral,
        int children,
        long createdMillis,
        long modifiedMillis) {}
