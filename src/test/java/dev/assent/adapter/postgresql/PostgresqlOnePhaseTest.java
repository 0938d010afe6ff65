package dev.assent.adapter.postgresql;

import dev.assent.adapter.contract.OnePhaseContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlOnePhaseTest extends OnePhaseContract {
    private static PostgresLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = PostgresLab.shared();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
