package dev.assent.lab.demo;

import dev.assent.cli.demo.Settled;
import dev.assent.lab.demo.Journal.Entry;
import dev.assent.protocol.OutcomeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Holds entries against the transfers' outcomes: one for each that committed, none for any other. Stateless. */
final class JournalAudit {
    private JournalAudit() {}

    /**
     * Everything that is not as it should be, one line each.
     *
     * @param journal what the entries are called
     */
    static List<String> violations(String journal, List<Entry> entries, List<Settled> transfers) {
        List<String> found = new ArrayList<>();
        Map<String, List<String>> unexplained = entries.stream()
                .collect(Collectors.groupingBy(
                        Entry::transaction, TreeMap::new, Collectors.mapping(Entry::text, Collectors.toList())));
        for (Settled settled : transfers) {
            if (settled.id().isEmpty()) {
                continue;
            }
            String id = settled.id().get().toString();
            List<String> actual = unexplained.containsKey(id) ? unexplained.remove(id) : List.of();
            if (settled.told().isEmpty()) {
                continue;
            }
            List<String> expected =
                    settled.is(OutcomeState.COMMITTED) ? List.of(Journal.text(settled.transfer())) : List.of();
            if (!actual.equals(expected)) {
                found.add(id + ": " + settled.told().get() + ", and " + journal + " holds " + actual + " instead of "
                        + expected);
            }
        }
        unexplained.forEach((id, texts) ->
                found.add(id + ": " + journal + " holds " + texts + " for a transfer that nobody began"));
        return found;
    }
}
