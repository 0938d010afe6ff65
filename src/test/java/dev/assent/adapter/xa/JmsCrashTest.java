package dev.assent.adapter.xa;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class JmsCrashTest extends CrashContract {
    private static JmsLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = JmsLab.shared();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
