package dev.assent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a session keeps in mind of shared znodes, and for how long. */
class KnownNodesTest {
    private static final String ZNODE = "/transactions/1/1-0123456789ab0400";

    private final KnownNodes known = new KnownNodes();

    private static SharedNode at(int version) {
        return SharedNode.of(ZNODE, Optional.of(new Node(Shared.EMPTY.bytes(), version, 0, false, 0, 0, 0)));
    }

    private int version() {
        return known.get(ZNODE).map(SharedNode::version).orElse(-1);
    }

    @Test
    void anOlderReadingTakesNoNewerOnesPlace() {
        known.saw(ZNODE, at(3));
        known.saw(ZNODE, at(2));
        assertEquals(3, version());
        known.saw(ZNODE, SharedNode.ABSENT);
        assertEquals(-1, version());
    }

    @Test
    void whatWasSeenSinceStays() {
        known.saw(ZNODE, at(3));
        known.outdated(ZNODE, 2);
        assertEquals(3, version());
        known.outdated(ZNODE, 3);
        assertEquals(-1, version());
    }

    @Test
    void whatIsNewerThanTheServersIsForgottenInTheEnd() {
        // Removed and created again meanwhile.
        known.saw(ZNODE, at(5));
        known.outdated(ZNODE, 4);
        known.outdated(ZNODE, 5);
        assertEquals(-1, version());
    }

    @Test
    void theEldestGoFirst() {
        for (int i = 0; i < 1_001; i++) {
            known.saw("/" + i, at(0));
        }
        assertTrue(known.get("/0").isEmpty());
        assertTrue(known.get("/1").isPresent());
    }
}
