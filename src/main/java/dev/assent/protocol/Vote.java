package dev.assent.protocol;

/** What a participant durably says under the transaction's znode, once. */
public enum Vote {
    /** The branch is prepared: it will commit or abort as the decision says, through any crash. */
    YES,
    /** The branch is not and will not be prepared. */
    NO,
    /** The branch changed nothing: it owes no second phase. */
    READ_ONLY,
    /** One phase: the single participant decides by committing in its own resource (section 2, last paragraph). */
    DELEGATED
}
