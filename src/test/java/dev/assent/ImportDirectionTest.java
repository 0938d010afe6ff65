package dev.assent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the compiled classes against {@link PackageRule#ALL}. */
class ImportDirectionTest {
    /** Checked by the compiler, absent at run time. */
    private static final String ANNOTATIONS = "com.google.errorprone.annotations.";

    /** What of the JDK would bring I/O, a clock, a thread or chance into {@code protocol}. */
    private static final List<String> IMPURE = List.of(
            "java.io.",
            "java.net.",
            "java.nio.channels.",
            "java.nio.file.",
            "java.util.concurrent.",
            "java.util.Random",
            "java.util.Timer",
            "java.util.random.",
            "java.security.",
            "java.sql.",
            "java.time.Clock",
            "java.time.InstantSource",
            "java.lang.Process",
            "java.lang.Thread");

    private static final Set<String> IMPURE_METHODS = Set.of("now", "nanoTime", "currentTimeMillis", "randomUUID");

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() throws Exception {
        Path compiled = Path.of(Version.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        classes = new ClassFileImporter().importPath(compiled);
        assertTrue(classes.contain(Version.class), "no classes of Assent under " + compiled);
    }

    @Test
    void tableNamesOnlyLowerPackages() {
        Set<String> above = new HashSet<>();
        Set<String> known = PackageRule.ALL.stream().map(PackageRule::name).collect(Collectors.toSet());
        assertEquals(PackageRule.ALL.size(), known.size(), "a package stands twice in PackageRule.ALL");
        for (PackageRule rule : PackageRule.ALL) {
            above.add(rule.name());
            for (String used : rule.packages()) {
                assertTrue(known.contains(used), () -> rule.name() + " names " + used + ", which has no row");
                assertTrue(!above.contains(used), () -> rule.name() + " names " + used + ", which is not below it");
            }
        }
    }

    @Test
    void tableKeepsTheLibraryClosed() {
        for (PackageRule rule : PackageRule.ALL) {
            for (String used : rule.inLibrary() ? rule.packages() : Set.<String>of()) {
                PackageRule target = PackageRule.BY_PACKAGE.get(PackageRule.ROOT + (used.isEmpty() ? "" : "." + used));
                assertTrue(
                        target.inLibrary(),
                        () -> rule.fullName() + " is in the library and names " + target.fullName() + ", which is not");
            }
        }
    }

    @Test
    void importsFollowTheTable() {
        assertNone(
                "Not in the importing package's row of PackageRule.ALL",
                classes.stream()
                        .flatMap(from -> from.getDirectDependenciesFromSelf().stream())
                        .filter(dependency -> !allowed(dependency))
                        .map(dependency -> dependency.getDescription()));
    }

    @Test
    void protocolIsPure() {
        assertNone(
                "I/O, a clock, a thread or chance in dev.assent.protocol",
                classes.stream()
                        .filter(from -> from.getPackageName().equals("dev.assent.protocol"))
                        .flatMap(from -> Stream.concat(
                                from.getDirectDependenciesFromSelf().stream()
                                        .filter(dependency ->
                                                impure(target(dependency).getName()))
                                        .map(Dependency::getDescription),
                                from.getAccessesFromSelf().stream()
                                        .filter(access -> access.getTargetOwner()
                                                        .getName()
                                                        .startsWith("java.")
                                                && IMPURE_METHODS.contains(access.getName()))
                                        .map(JavaAccess::getDescription))));
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<String> packages = classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertEquals(new TreeSet<>(PackageRule.BY_PACKAGE.keySet()), new TreeSet<>(packages));
        for (String name : packages) {
            Path info = Path.of("src/main/java", name.replace('.', '/'), "package-info.java");
            assertTrue(Files.exists(info), () -> info + " is missing");
            assertTrue(Files.readString(info).contains("May import"), () -> info + " does not say what it may import");
        }
    }

    private static boolean allowed(Dependency dependency) {
        PackageRule rule =
                PackageRule.BY_PACKAGE.get(dependency.getOriginClass().getPackageName());
        if (rule == null) {
            return false;
        }
        JavaClass target = target(dependency);
        String name = target.getName();
        if (target.isPrimitive() || target.getPackageName().equals(rule.fullName())) {
            return true;
        }
        PackageRule used = PackageRule.BY_PACKAGE.get(target.getPackageName());
        if (used != null) {
            return rule.packages().contains(used.name());
        }
        PackageRule.Library library = PackageRule.Library.of(name);
        if (library != null) {
            return rule.libraries().contains(library);
        }
        if (rule.name().equals("protocol")) {
            return name.startsWith("java.");
        }
        return name.startsWith(ANNOTATIONS) || inJdk(name);
    }

    /** Asks the JDK itself: a prefix such as {@code javax.} would let other libraries in. */
    private static boolean inJdk(String className) {
        try {
            Class.forName(className, false, ClassLoader.getPlatformClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static boolean impure(String className) {
        return IMPURE.stream().anyMatch(className::startsWith);
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    private static void assertNone(String rule, Stream<String> violations) {
        List<String> found = violations.distinct().sorted().toList();
        if (!found.isEmpty()) {
            fail(rule + ":\n" + String.join("\n", found));
        }
    }
}
