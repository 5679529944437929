package io.github.inparallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The bill of materials has no parent that would keep it equal to the other poms. */
class BomTests {

    private static final Path ROOT = Path.of("..");

    private final Element parent = pom(ROOT);

    private final Element bom = pom(ROOT.resolve("inparallel-bom"));

    @Test
    void versionIsThatOfTheParent() {
        assertThat(textAt(bom, "version")).isEqualTo(textAt(parent, "version"));
        assertThat(textAt(bom, "groupId")).isEqualTo(textAt(parent, "groupId"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "licenses", "developers", "scm", "issueManagement"})
    void whatIsSaidOfTheProjectIsWhatTheParentSays(String element) {
        assertThat(textAt(bom, element)).isNotEmpty().isEqualTo(textAt(parent, element));
    }

    @Test
    void pluginsHaveTheVersionsOfTheParent() {
        assertThat(pluginVersions(parent)).containsAllEntriesOf(pluginVersions(bom));
    }

    @Test
    void itManagesAllThatIsPublishedAndNothingElse() {
        List<String> published = new ArrayList<>();
        for (Element module : all(parent, "module")) {
            Element pom = pom(ROOT.resolve(module.getTextContent()));
            boolean jar = all(pom, "packaging").isEmpty();
            boolean skipped = all(pom, "maven.deploy.skip").stream()
                    .anyMatch(skip -> skip.getTextContent().equals("true"));
            if (jar && !skipped) {
                published.add(textAt(parent, "groupId") + " " + textAt(pom, "artifactId") + " ${project.version}");
            }
        }

        assertThat(all(bom, "dependency"))
                .extracting(Element::getTextContent)
                .extracting(text -> text.strip().replaceAll("\\s+", " "))
                .containsExactlyInAnyOrderElementsOf(published);
        assertThat(all(bom, "parent")).isEmpty();
    }

    private static Map<String, String> pluginVersions(Element pom) {
        Map<String, String> versions = new TreeMap<>();
        for (Element plugin : all(pom, "plugin")) {
            if (!textAt(plugin, "version").isEmpty()) {
                versions.put(textAt(plugin, "artifactId"), textAt(plugin, "version"));
            }
        }
        return versions;
    }

    private static Element pom(Path folder) {
        try (var in = Files.newInputStream(folder.resolve("pom.xml"))) {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot read the pom of " + folder.toAbsolutePath(), e);
        }
    }

    private static String textAt(Element element, String child) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(child)) {
                return node.getTextContent().strip().replaceAll("\\s+", " ");
            }
        }
        return "";
    }

    private static List<Element> all(Element element, String name) {
        NodeList found = element.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
