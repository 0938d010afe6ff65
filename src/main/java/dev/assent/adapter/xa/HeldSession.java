package dev.assent.adapter.xa;

import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSubscriber;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The view of a session that is handed to whoever works in its branch: it can neither end the transaction nor the
 * session, nor have messages come and go on other threads; a failure of any of its calls is remembered. Thread-safe.
 */
final class HeldSession {
    private static final Set<String> REFUSED =
            Set.of("commit", "rollback", "recover", "run", "setMessageListener", "acknowledge");

    /** What can change the branch; the most special first, for that is what a proxy has to look like. */
    private static final List<Class<?>> CHANGING = List.of(
            QueueSender.class,
            TopicPublisher.class,
            MessageProducer.class,
            QueueReceiver.class,
            TopicSubscriber.class,
            MessageConsumer.class);

    private final Session real;
    private final Session guarded;
    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private volatile boolean over;
    private volatile boolean changed;
    private volatile JMSException failure;

    HeldSession(Session real) {
        this.real = real;
        this.guarded = Session.class.cast(guard(List.of(Session.class), real));
    }

    /** What the work sees. */
    Session guarded() {
        return guarded;
    }

    Optional<JMSException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether the work made anything by which messages come or go. */
    boolean changed() {
        return changed;
    }

    /** Where messages came from or went to, by any call. */
    Set<String> queues() {
        return Set.copyOf(queues);
    }

    /** Refuses the work any further call. */
    void release() {
        over = true;
    }

    private Object guard(List<Class<?>> types, Object target) {
        return Proxy.newProxyInstance(
                HeldSession.class.getClassLoader(),
                types.toArray(Class<?>[]::new),
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "guarded " + target;
                    default -> call(target, method, arguments);
                });
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close") && (target == real || over)) {
            return null;
        }
        if (REFUSED.contains(method.getName()) || completesLater(arguments)) {
            throw new IllegalStateException(method.getName()
                    + " is not for the work of a branch: its transaction ends with the global decision, and it works on"
                    + " its own thread alone");
        }
        if (over) {
            throw new IllegalStateException("the branch of this session is being prepared or has ended");
        }
        if (arguments != null && !method.getName().equals("createBrowser")) {
            for (Object each : arguments) {
                if (each instanceof Queue queue && !(each instanceof TemporaryQueue)) {
                    queues.add(queue.getQueueName());
                }
            }
        }
        try {
            return guardedResult(method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof JMSException jms && failure == null) {
                failure = jms;
            }
            throw e.getCause();
        }
    }

    private static boolean completesLater(Object[] arguments) {
        return arguments != null && Arrays.stream(arguments).anyMatch(CompletionListener.class::isInstance);
    }

    private Object guardedResult(Object result) {
        List<Class<?>> changing =
                CHANGING.stream().filter(type -> type.isInstance(result)).toList();
        if (!changing.isEmpty()) {
            changed = true;
            return guard(changing, result);
        }
        return result instanceof QueueBrowser ? guard(List.of(QueueBrowser.class), result) : result;
    }
}
