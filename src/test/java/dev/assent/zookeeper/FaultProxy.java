package dev.assent.zookeeper;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between one client and one ZooKeeper server: loses the next multi, or the next group of reads, or the reply, counts such
 * groups, cuts and refuses connections. It reads ZooKeeper's frames (a length, then the request or reply), so that a fault
 * hits what it is meant for. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {
    /** What happens to the next multi or group of reads; the connection is cut in each case. */
    enum Fault {
        NONE,
        /** It does not reach the server. */
        LOSE_REQUEST,
        /** It reaches the server, its reply arrives here and goes no further. */
        LOSE_REPLY
    }

    /**
     * What is armed.
     *
     * @param request the kind of request that it hits, by ZooKeeper's number
     */
    private record Strike(int request, Fault fault) {
        private static final Strike NONE = new Strike(0, Fault.NONE);
    }

    /** How ZooKeeper knows a session again. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    record Credentials(long session, byte[] password) {}

    private static final Logger LOG = LoggerFactory.getLogger(FaultProxy.class);

    private static final int MAX_FRAME = 16 * 1024 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Strike> next = new AtomicReference<>(Strike.NONE);
    private final AtomicInteger groupedReads = new AtomicInteger();
    private volatile boolean refusing;
    private volatile CountDownLatch struck = new CountDownLatch(1);
    private volatile Credentials credentials;

    FaultProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, ZooKeeperProcesses.loopback());
        daemon("proxy-accept", this::accept);
    }

    String connectString() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Of the session that was begun or resumed last through this proxy. */
    Credentials credentials() {
        return credentials;
    }

    /** Arms a fault; the answer opens when it struck. */
    CountDownLatch strikeNextMulti(Fault fault) {
        return strikeNext(new Strike(OpCode.multi, fault));
    }

    /** As {@link #strikeNextMulti}, for several reads in one request. */
    CountDownLatch strikeNextGroupedRead(Fault fault) {
        return strikeNext(new Strike(OpCode.multiRead, fault));
    }

    private CountDownLatch strikeNext(Strike strike) {
        struck = new CountDownLatch(1);
        next.set(strike);
        return struck;
    }

    /** How many requests with several reads the client sent. */
    int groupedReads() {
        return groupedReads.get();
    }

    /** Cuts what is connected and refuses new connections until {@link #heal}. */
    void cut() {
        refusing = true;
        connections.forEach(Connection::close);
    }

    void heal() {
        refusing = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                } else {
                    new Connection(client).start();
                }
            } catch (IOException e) {
                LOG.debug("closed, or the server is down: the client sees its connection end and tries again", e);
            }
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private final class Connection implements Closeable {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile int lostReply;

        private Connection(Socket client) {
            this.client = client;
        }

        private void start() throws IOException {
            connections.add(this);
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(new InetSocketAddress(ZooKeeperProcesses.loopback(), target));
            } catch (IOException e) {
                close();
                throw e;
            }
            if (refusing) {
                close();
            }
            daemon("proxy-requests", () -> untilEnd(this::requests));
            daemon("proxy-replies", () -> untilEnd(this::replies));
        }

        private void untilEnd(Transfer transfer) {
            try {
                transfer.run();
            } catch (IOException e) {
                LOG.debug("one side ended the connection", e);
            } finally {
                close();
            }
        }

        private void requests() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            boolean handshake = true;
            while (true) {
                int length = in.readInt();
                if (length > MAX_FRAME) {
                    // A four-letter command, whose answer has no frames either.
                    out.writeInt(length);
                    client.getInputStream().transferTo(out);
                    return;
                }
                byte[] frame = frame(in, length);
                if (!handshake) {
                    Fault fault = fault(ByteBuffer.wrap(frame).getInt(4));
                    if (fault == Fault.LOSE_REQUEST) {
                        strike();
                        return;
                    }
                    if (fault == Fault.LOSE_REPLY) {
                        lostReply = ByteBuffer.wrap(frame).getInt();
                    }
                }
                handshake = false;
                send(out, frame);
            }
        }

        private Fault fault(int request) {
            if (request == OpCode.multiRead) {
                groupedReads.incrementAndGet();
            }
            Strike armed = next.get();
            return armed.request() == request && next.compareAndSet(armed, Strike.NONE) ? armed.fault() : Fault.NONE;
        }

        private void replies() throws IOException {
            DataInputStream in = new DataInputStream(server.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            int first = in.readInt();
            if (first > MAX_FRAME) {
                out.writeInt(first);
                in.transferTo(out);
                return;
            }
            byte[] response = frame(in, first);
            ByteBuffer handshake = ByteBuffer.wrap(response).position(8);
            long session = handshake.getLong();
            byte[] password = new byte[handshake.getInt()];
            handshake.get(password);
            credentials = new Credentials(session, password);
            send(out, response);
            while (true) {
                byte[] frame = frame(in, in.readInt());
                int reply = ByteBuffer.wrap(frame).getInt();
                if (reply > 0 && reply == lostReply) {
                    strike();
                    return;
                }
                send(out, frame);
            }
        }

        private void strike() {
            close();
            struck.countDown();
        }

        @Override
        public void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }

    private static byte[] frame(DataInputStream in, int length) throws IOException {
        byte[] frame = in.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException();
        }
        return frame;
    }

    private static void send(DataOutputStream out, byte[] frame) throws IOException {
        byte[] whole = ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
        out.write(whole);
        out.flush();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
