package dev.assent.adapter.xa;

import dev.assent.adapter.contract.ResourceContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class JmsContractTest extends ResourceContract {
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
