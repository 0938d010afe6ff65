package dev.assent.adapter.file;

import dev.assent.adapter.contract.CrashContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class FileCrashContractTest extends CrashContract {
    private static FileLab lab;

    @BeforeAll
    static void start() throws Exception {
        lab = FileLab.shared();
    }

    @Override
    protected ResourceLab lab() {
        return lab;
    }
}
