package dev.assent.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.assent.store.Op;
import dev.assent.store.Paths;
import dev.assent.store.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A resource learns which generations are gone, and with them the last question about how a branch ended. */
class EvidenceTest {
    private static final class Remembering extends MemoryResource {
        private final List<Long> horizons = new ArrayList<>();

        private Remembering() {
            super("disk-1");
        }

        @Override
        public void forgetBefore(UUID installation, long generation) throws Exception {
            assertEquals(World.INSTALLATION, installation);
            horizons.add(generation);
            if (horizons.size() == 1) {
                throw new IllegalStateException("the disk is busy");
            }
        }
    }

    @Test
    void evidenceMayGoWithItsGeneration() throws Exception {
        World world = new World();
        Remembering resource = new Remembering();
        world.write(Op.create(Paths.generation(2), Records.generation(false)));
        world.start(World.CONFIG, resource);
        world.time.until("a second look", () -> resource.horizons.size() >= 2);
        assertFalse(resource.horizons.stream().anyMatch(horizon -> horizon != 1), () -> resource.horizons.toString());
        world.write(
                Op.set(Paths.generation(1), Records.generation(true), 0),
                Op.delete(Paths.inbox(World.BANK, 1), Op.ANY_VERSION),
                Op.delete(Paths.generation(1), Op.ANY_VERSION));
        world.time.until("the next generation", () -> resource.horizons.contains(2L));
    }
}
