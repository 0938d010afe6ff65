package dev.assent.adapter.postgresql;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlCrashTest extends CrashContract {
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
