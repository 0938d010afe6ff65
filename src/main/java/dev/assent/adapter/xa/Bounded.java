package dev.assent.adapter.xa;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A map that keeps its newest entries. */
final class Bounded {
    private static final int KEPT = 4_096;

    private Bounded() {}

    static <K, V> Map<K, V> map() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > KEPT;
            }
        });
    }
}
