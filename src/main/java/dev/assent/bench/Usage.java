package dev.assent.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a process used. Immutable.
 *
 * @param cpu of all its threads; in one reading since its start, in a sample during the load. Linux counts in steps of 10 ms
 * @param residentBytes of memory, at the end; 0 where this system does not say
 * @param heapBytes of its Java heap in use at the end, garbage included; empty for another process than this one
 */
public record Usage(Duration cpu, long residentBytes, OptionalLong heapBytes) {
    private static final String RESIDENT = "VmRSS:";

    /** What each of {@code processes}, ids by name, used so far; without those that are gone. */
    static Map<String, Usage> of(Map<String, Long> processes) throws IOException {
        Map<String, Usage> usages = new TreeMap<>();
        for (Map.Entry<String, Long> process : processes.entrySet()) {
            ProcessHandle handle = ProcessHandle.of(process.getValue()).orElse(null);
            if (handle != null) {
                Duration cpu = handle.info().totalCpuDuration().orElse(Duration.ZERO);
                usages.put(process.getKey(), new Usage(cpu, resident(handle.pid()), heap(handle.pid())));
            }
        }
        return usages;
    }

    /** What was used between two readings; a process that is in one of them alone is left out. */
    static Map<String, Usage> between(Map<String, Usage> before, Map<String, Usage> after) {
        Map<String, Usage> usages = new TreeMap<>();
        after.forEach((process, last) -> {
            Usage first = before.get(process);
            if (first != null) {
                usages.put(process, new Usage(last.cpu.minus(first.cpu), last.residentBytes, last.heapBytes));
            }
        });
        return usages;
    }

    /** Both loads' CPU time, the larger memory. */
    Usage plus(Usage other) {
        return new Usage(
                cpu.plus(other.cpu),
                Math.max(residentBytes, other.residentBytes),
                heapBytes.orElse(0) >= other.heapBytes.orElse(0) ? heapBytes : other.heapBytes);
    }

    private static OptionalLong heap(long pid) {
        return pid == ProcessHandle.current().pid()
                ? OptionalLong.of(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed())
                : OptionalLong.empty();
    }

    private static long resident(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            for (String line :
                    Files.readString(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (line.startsWith(RESIDENT)) {
                    return 1_024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (NoSuchFileException e) {
            // It ended meanwhile, or this system has no such files.
            return 0;
        }
    }
}
