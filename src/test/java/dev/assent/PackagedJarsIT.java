package dev.assent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What the build leaves behind: the runnable jar, and the library that other programs inherit. */
class PackagedJarsIT {
    private static final String RUNNABLE = System.getProperty("assent.jar");
    private static final String LIBRARY = System.getProperty("assent.library");

    @Test
    void runnableJarRuns() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        RUNNABLE,
                        "--version")
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "assent --version did not end");
            assertEquals("assent " + System.getProperty("assent.version") + "\n", output);
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void runnableJarCarriesEverything() throws IOException {
        Set<String> names = names(RUNNABLE);
        assertEquals(new TreeSet<>(PackageRule.BY_PACKAGE.keySet()), assentPackages(names));
        for (String needed : List.of(
                "META-INF/LICENSE",
                "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
                "simplelogger.properties",
                "org/apache/zookeeper/server/quorum/QuorumPeerMain.class",
                "org/apache/commons/cli/Options.class",
                "org/jline/reader/LineReader.class",
                "com/codahale/metrics/Reservoir.class",
                "org/xerial/snappy/Snappy.class")) {
            assertTrue(names.contains(needed), () -> RUNNABLE + " lacks " + needed);
        }
        assertEquals(Set.of(), matching(names, name -> name.endsWith("module-info.class")));
        assertEquals(Set.of(), matching(names, name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)")));
    }

    @Test
    void libraryCarriesOnlyWhatProgramsEmbed() throws IOException {
        Set<String> names = names(LIBRARY);
        Set<String> expected = PackageRule.ALL.stream()
                .filter(PackageRule::inLibrary)
                .map(PackageRule::fullName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, assentPackages(names));
        assertEquals(Set.of(), matching(names, name -> name.endsWith(".class") && !name.startsWith("dev/assent/")));
        assertEquals(
                Set.of("META-INF/LICENSE", "dev/assent/version.properties"),
                matching(
                        names,
                        name -> !name.endsWith(".class")
                                && !name.endsWith("/")
                                && !name.startsWith("META-INF/M")
                                && !name.startsWith("META-INF/maven/")));
    }

    @Test
    void programsInheritFiveDependencies() throws Exception {
        Set<String> inherited = new TreeSet<>();
        try (JarFile jar = new JarFile(LIBRARY);
                InputStream pom = jar.getInputStream(jar.getEntry("META-INF/maven/dev.assent/assent/pom.xml"))) {
            Element project = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom)
                    .getDocumentElement();
            NodeList dependencies = project.getElementsByTagName("dependency");
            for (int i = 0; i < dependencies.getLength(); i++) {
                Element dependency = (Element) dependencies.item(i);
                if (text(dependency, "optional").isEmpty()
                        && text(dependency, "scope").isEmpty()) {
                    inherited.add(text(dependency, "artifactId"));
                }
            }
        }
        assertEquals(
                new TreeSet<>(
                        Set.of("curator-framework", "curator-recipes", "zookeeper", "jackson-databind", "slf4j-api")),
                inherited);
    }

    private static String text(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    private static Set<String> names(String file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            return jar.stream().map(ZipEntry::getName).collect(Collectors.toSet());
        }
    }

    private static Set<String> assentPackages(Set<String> names) {
        return names.stream()
                .filter(name -> name.startsWith("dev/assent/") && name.endsWith(".class"))
                .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> matching(Set<String> names, Predicate<String> condition) {
        return names.stream().filter(condition).collect(Collectors.toSet());
    }
}
