package dev.assent.adapter.mariadb;

import dev.assent.adapter.contract.OnePhaseContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class MariaDbOnePhaseTest extends OnePhaseContract {
    private static MariaDbLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = MariaDbLab.shared();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
