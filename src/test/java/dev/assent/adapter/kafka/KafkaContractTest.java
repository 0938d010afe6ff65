package dev.assent.adapter.kafka;

import dev.assent.adapter.contract.ResourceContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class KafkaContractTest extends ResourceContract {
    private static KafkaLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = KafkaLab.shared();
    }

    @AfterAll
    static void close() throws Exception {
        lab.closeOpened();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
