package io.flotilla.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The jars that a POM depends on, directly or not, from Maven's local repository. It knows parents
 * and properties; a version that only a {@code dependencyManagement} names is an error.
 */
final class PomClassPath {
  private static final Path REPOSITORY =
      Path.of(
          System.getProperty(
              "localRepository", System.getProperty("user.home") + "/.m2/repository"));
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

  private PomClassPath() {}

  static List<Path> of(byte[] pom) {
    Set<Path> jars = new LinkedHashSet<>();
    Deque<Element> poms = new ArrayDeque<>(List.of(parse(pom)));
    while (!poms.isEmpty()) {
      Element project = poms.poll();
      Properties properties = properties(project);
      for (Element dependency : dependencies(project)) {
        if (isWanted(dependency) && jars.add(file(dependency, properties, "jar"))) {
          poms.add(parse(read(file(dependency, properties, "pom"))));
        }
      }
    }
    return List.copyOf(jars);
  }

  private static boolean isWanted(Element dependency) {
    String scope = text(dependency, "scope").orElse("compile");
    return (scope.equals("compile") || scope.equals("runtime"))
        && !text(dependency, "optional").orElse("false").equals("true");
  }

  /** Its own, and what it inherits. */
  private static Properties properties(Element project) {
    Optional<Element> parent = child(project, "parent");
    Properties properties =
        parent
            .map(p -> properties(parse(read(file(p, new Properties(), "pom")))))
            .orElseGet(Properties::new);
    for (String name : List.of("groupId", "version")) {
      text(project, name)
          .or(() -> parent.flatMap(p -> text(p, name)))
          .ifPresent(value -> properties.setProperty("project." + name, value));
    }
    child(project, "properties").stream()
        .flatMap(p -> children(p).stream())
        .forEach(p -> properties.setProperty(p.getTagName(), p.getTextContent().strip()));
    return properties;
  }

  private static Path file(Element coordinates, Properties properties, String type) {
    String group = filled(coordinates, "groupId", properties);
    String artifact = filled(coordinates, "artifactId", properties);
    String version = filled(coordinates, "version", properties);
    Path file =
        REPOSITORY
            .resolve(group.replace('.', '/'))
            .resolve(artifact)
            .resolve(version)
            .resolve(artifact + "-" + version + "." + type);
    if (!Files.exists(file)) {
      throw new AssertionError("not in the local repository: " + file);
    }
    return file;
  }

  private static String filled(Element of, String name, Properties properties) {
    String value =
        text(of, name)
            .orElseThrow(() -> new AssertionError("no " + name + ": " + of.getTextContent()));
    for (Matcher m = PROPERTY.matcher(value); m.find(); m = PROPERTY.matcher(value)) {
      String property = properties.getProperty(m.group(1));
      if (property == null) {
        throw new AssertionError("nothing says what " + m.group() + " is");
      }
      value = value.replace(m.group(), property);
    }
    return value;
  }

  private static List<Element> dependencies(Element project) {
    return child(project, "dependencies").map(PomClassPath::children).orElse(List.of());
  }

  private static Optional<String> text(Element of, String name) {
    return child(of, name).map(e -> e.getTextContent().strip());
  }

  private static Optional<Element> child(Element of, String name) {
    return children(of).stream().filter(e -> e.getTagName().equals(name)).findFirst();
  }

  private static List<Element> children(Element of) {
    NodeList nodes = of.getChildNodes();
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(n -> n.getNodeType() == Node.ELEMENT_NODE)
        .map(Element.class::cast)
        .toList();
  }

  private static Element parse(byte[] pom) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(pom))
          .getDocumentElement();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
