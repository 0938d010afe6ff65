package dev.assent.adapter.file;

import dev.assent.adapter.contract.ResourceContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class FileContractTest extends ResourceContract {
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
