package dev.assent.adapter.xa;

import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAResource;

/** Calls back after everything that a broker was asked for. */
final class SteppingFactory {
    private static final Set<String> STEPS =
            Set.of("start", "end", "prepare", "commit", "rollback", "forget", "recover", "send", "getEnumeration");

    /** The most special first. */
    private static final List<Class<?>> WRAPPED = List.of(
            XAConnection.class,
            XASession.class,
            Session.class,
            MessageProducer.class,
            QueueBrowser.class,
            XAResource.class);

    private final Runnable step;

    private SteppingFactory(Runnable step) {
        this.step = step;
    }

    static XAConnectionFactory of(XAConnectionFactory real, Runnable step) {
        return XAConnectionFactory.class.cast(new SteppingFactory(step).wrap(XAConnectionFactory.class, real));
    }

    private Object wrap(Class<?> type, Object real) {
        return Proxy.newProxyInstance(
                SteppingFactory.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    Object result;
                    try {
                        result = method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (STEPS.contains(method.getName()) && type != XAConnection.class) {
                        step.run();
                    }
                    return WRAPPED.stream()
                            .filter(each -> each.isInstance(result))
                            .findFirst()
                            .map(each -> wrap(each, result))
                            .orElse(result);
                });
    }
}
