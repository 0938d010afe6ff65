package dev.assent.adapter.file;

import dev.assent.adapter.contract.OnePhaseContract;
import dev.assent.adapter.contract.ResourceLab;
import org.junit.jupiter.api.BeforeAll;

class FileOnePhaseTest extends OnePhaseContract {
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
