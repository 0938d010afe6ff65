package dev.assent.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue of candidates whose head should lead. Who leads is told through the network and may be wrong in time: an old
 * leader may hear later than the new one, or, paused, not at all. Guarded by the ensemble.
 */
final class InMemoryElection {
    private final class Candidate implements Leadership {
        private final InMemoryStore store;
        private final String id;
        private final LeadershipListener listener;
        private InMemorySession session;
        private boolean believes;
        private boolean closed;

        private Candidate(InMemoryStore store, String id, LeadershipListener listener) {
            this.store = store;
            this.id = id;
            this.listener = listener;
        }

        @Override
        public void resign() {
            synchronized (ensemble) {
                tellDeposed(this, 0);
                if (queue.remove(this)) {
                    queue.add(this);
                    announced = announced == this ? null : announced;
                    evaluate();
                }
            }
        }

        @Override
        public void close() {
            synchronized (ensemble) {
                if (!closed) {
                    closed = true;
                    tellDeposed(this, 0);
                    leave(this);
                    candidates.remove(this);
                }
            }
        }

        @Override
        public String toString() {
            return id;
        }
    }

    private final InMemoryEnsemble ensemble;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Candidate> queue = new ArrayList<>();
    private Candidate announced;

    InMemoryElection(InMemoryEnsemble ensemble) {
        this.ensemble = ensemble;
    }

    Leadership campaign(InMemoryStore store, String id, LeadershipListener listener) {
        Candidate candidate = new Candidate(store, id, listener);
        candidates.add(candidate);
        if (store.session().up()) {
            enter(candidate, store.session());
        }
        return candidate;
    }

    void connected(InMemoryStore store, InMemorySession session) {
        for (Candidate candidate : List.copyOf(candidates)) {
            if (candidate.store == store) {
                enter(candidate, session);
            }
        }
    }

    void suspended(InMemoryStore store) {
        for (Candidate candidate : candidates) {
            if (candidate.store == store) {
                tellDeposed(candidate, 0);
            }
        }
    }

    void sessionEnded(InMemorySession session) {
        for (Candidate candidate : List.copyOf(queue)) {
            if (candidate.session == session) {
                leave(candidate);
            }
        }
    }

    void closed(InMemoryStore store) {
        for (Candidate candidate : List.copyOf(candidates)) {
            if (candidate.store == store) {
                candidate.close();
            }
        }
    }

    void flap(Duration oldHearsAfter) {
        if (queue.size() > 1) {
            Candidate head = queue.remove(0);
            queue.add(head);
            evaluate();
            tellDeposed(head, oldHearsAfter.toNanos());
        }
    }

    private void enter(Candidate candidate, InMemorySession session) {
        queue.remove(candidate);
        if (announced == candidate) {
            announced = null;
        }
        candidate.session = session;
        queue.add(candidate);
        evaluate();
    }

    private void leave(Candidate candidate) {
        queue.remove(candidate);
        if (announced == candidate) {
            announced = null;
        }
        evaluate();
    }

    private void evaluate() {
        if (queue.isEmpty() || queue.get(0) == announced) {
            return;
        }
        Candidate head = queue.get(0);
        announced = head;
        InMemorySession session = head.session;
        head.store.deliver(ensemble.hopNanos(), () -> {
            synchronized (ensemble) {
                if (head.closed || head.believes || announced != head || head.session != session || !session.up()) {
                    return;
                }
                head.believes = true;
            }
            head.listener.elected();
        });
    }

    private void tellDeposed(Candidate candidate, long delay) {
        candidate.store.deliver(delay, () -> {
            synchronized (ensemble) {
                boolean leadsAgain = delay > 0 && announced == candidate;
                if (!candidate.believes || leadsAgain) {
                    return;
                }
                candidate.believes = false;
            }
            candidate.listener.deposed();
        });
    }
}
