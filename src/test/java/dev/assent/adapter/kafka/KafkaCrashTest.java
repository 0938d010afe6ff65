package dev.assent.adapter.kafka;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class KafkaCrashTest extends CrashContract {
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
