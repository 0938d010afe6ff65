package dev.assent.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The XML reports that Maven's test plugins leave. */
final class TestReports {
    /** How a case ended. */
    enum How {
        PASSED("passed", false),
        NOT_FOR_IT("not for this resource", false),
        FAILED("**FAILED**", true),
        NOT_RUN("**not run**", true);

        private final String shown;
        private final boolean wrong;

        How(String shown, boolean wrong) {
            this.shown = shown;
            this.wrong = wrong;
        }

        boolean wrong() {
            return wrong;
        }
    }

    /** @param why empty where there is nothing to say */
    record Result(How how, String why) {
        @Override
        public String toString() {
            return why.isEmpty() ? how.shown : how.shown + ": " + why.replace("|", "\\|");
        }
    }

    private static final Pattern NOT_FOR_IT = Pattern.compile("not for this resource: (.*)");

    private TestReports() {}

    /** By test class and case; nothing where there is no such directory. */
    static Map<String, Map<String, Result>> in(Path directory)
            throws IOException, ParserConfigurationException, SAXException {
        Map<String, Map<String, Result>> all = new HashMap<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder parser = factory.newDocumentBuilder();
        for (Path report : reports(directory)) {
            NodeList cases = parser.parse(report.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element each = (Element) cases.item(i);
                all.computeIfAbsent(each.getAttribute("classname"), name -> new HashMap<>())
                        .merge(each.getAttribute("name"), result(each), TestReports::worse);
            }
        }
        return all;
    }

    private static List<Path> reports(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        }
    }

    private static Result worse(Result one, Result other) {
        return one.how().compareTo(other.how()) >= 0 ? one : other;
    }

    private static Result result(Element testCase) {
        if (has(testCase, "failure") || has(testCase, "error")) {
            return new Result(How.FAILED, "");
        }
        if (!has(testCase, "skipped")) {
            return new Result(How.PASSED, "");
        }
        Element skipped = (Element) testCase.getElementsByTagName("skipped").item(0);
        String said = skipped.getAttribute("message") + "\n" + skipped.getTextContent();
        Matcher reason = NOT_FOR_IT.matcher(said);
        return reason.find()
                ? new Result(How.NOT_FOR_IT, reason.group(1).strip())
                : new Result(How.NOT_RUN, said.strip().lines().findFirst().orElse("skipped"));
    }

    private static boolean has(Element testCase, String child) {
        return testCase.getElementsByTagName(child).getLength() > 0;
    }
}
