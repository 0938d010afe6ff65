package dev.assent.adapter.xa;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class XaDatabaseCrashTest extends CrashContract {
    private static XaDatabaseLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = XaDatabaseLab.shared();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
