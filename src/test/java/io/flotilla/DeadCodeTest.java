package io.flotilla;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Unused code is removed. A use counts even in code that is itself unused: once that is gone, the
 * next run finds what only it used.
 *
 * <p>Used from outside are {@code main}, the public methods of the client and of embedded nodes,
 * and what a framework calls: methods that override one of its own, members with an annotation of
 * its own, and classes that a configuration file names.
 */
class DeadCodeTest {
  /** Public only because tests in other packages use them. */
  private static final Set<String> WINDOWS =
      Set.of(
          "io.flotilla.entity.Quota.unlimited",
          "io.flotilla.kv.KeySpace.create",
          "io.flotilla.kv.SessionChecks.none",
          "io.flotilla.lab.Host.nanoTime",
          "io.flotilla.lab.Storage.inMemory",
          "io.flotilla.lab.check.Linearizability.unexplained",
          "io.flotilla.lab.check.Linearizability$KeyedOp.<init>",
          "io.flotilla.lab.check.Linearizability$RegisterOp.compareAndSet",
          "io.flotilla.lab.check.Runner.hash",
          "io.flotilla.registry.balance.Balancer.loads",
          "io.flotilla.registry.balance.Balancer.pick");

  /** For programs of others. */
  private static final Set<String> OFFERED =
      Set.of("io.flotilla.client", "io.flotilla.embedded", "io.flotilla.akka");

  /** As a value; as a key it is what a serializer is for. */
  private static final Pattern NAMED = Pattern.compile("\"(io\\.flotilla\\.[\\w.$]+)\"(?! =)");

  private static Set<JavaClass> product;

  /** Instantiated by a framework. */
  private static Set<String> namedInConfiguration;

  private static Set<String> classLiterals;

  @BeforeAll
  static void read() throws IOException {
    JavaClasses all = new ClassFileImporter().importPackages("io.flotilla");
    product = all.stream().filter(c -> !isOfTests(c)).collect(toSet());
    assertThat(product).hasSizeBetween(300, all.size() - 100);
    namedInConfiguration = namedIn(Path.of("src/main/resources"));
    assertThat(namedInConfiguration).contains("io.flotilla.journal.JournalPlugin");
    classLiterals = product.stream().flatMap(DeadCodeTest::literals).collect(toSet());
  }

  private static boolean isOfTests(JavaClass c) {
    return c.getSource().map(s -> s.getUri().getPath().contains("/test-classes/")).orElse(true);
  }

  @Test
  void every_class_is_used() {
    assertThat(product)
        .filteredOn(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
        .filteredOn(c -> !c.isEquivalentTo(Main.class) && !isNamed(c))
        .filteredOn(c -> product.stream().noneMatch(user -> uses(user, c)))
        .isEmpty();
  }

  /** The class or one nested in it. */
  private static boolean uses(JavaClass user, JavaClass used) {
    return !outermost(user).equals(used)
        && user.getDirectDependenciesFromSelf().stream()
            .anyMatch(d -> outermost(d.getTargetClass()).equals(used));
  }

  private static JavaClass outermost(JavaClass c) {
    return c.getEnclosingClass().map(DeadCodeTest::outermost).orElse(c);
  }

  @Test
  void every_method_and_constructor_is_used() {
    assertThat(ofTheProduct())
        .filteredOn(m -> m.getAccessesToSelf().stream().noneMatch(a -> isUse(a, m)))
        .extracting(JavaMember::getFullName)
        .isEmpty();
  }

  @Test
  void what_only_tests_use_is_not_public() {
    assertThat(ofTheProduct())
        .filteredOn(m -> m.getModifiers().contains(PUBLIC))
        .filteredOn(m -> !WINDOWS.contains(nameOf(m)))
        .filteredOn(
            m ->
                m.getAccessesToSelf().stream()
                    .noneMatch(a -> isUse(a, m) && !isOfTests(a.getOriginOwner())))
        .extracting(JavaMember::getFullName)
        .isEmpty();
  }

  private static boolean isUse(JavaAccess<?> access, JavaCodeUnit used) {
    return !access.getOrigin().equals(used);
  }

  @Test
  void every_field_is_read() {
    assertThat(
            product.stream()
                .filter(c -> !c.isRecord() && !isNamed(c))
                .flatMap(c -> c.getFields().stream()))
        .filteredOn(f -> !f.getModifiers().contains(SYNTHETIC) && f.getAnnotations().isEmpty())
        .filteredOn(f -> !isInlined(f))
        .filteredOn(
            f -> f.getAccessesToSelf().stream().noneMatch(a -> a.getAccessType() == AccessType.GET))
        .extracting(JavaMember::getFullName)
        .isEmpty();
  }

  /** Constants are inlined, so their readers don't name them. */
  private static boolean isInlined(JavaField field) {
    return field.getModifiers().containsAll(Set.of(STATIC, FINAL))
        && (field.getRawType().isPrimitive() || field.getRawType().isEquivalentTo(String.class));
  }

  private static Stream<JavaCodeUnit> ofTheProduct() {
    return product.stream()
        .filter(c -> !c.isAnonymousClass())
        .flatMap(c -> c.getCodeUnits().stream())
        .filter(m -> !m.getModifiers().contains(SYNTHETIC))
        .filter(m -> !isFromOutside(m));
  }

  private static String nameOf(JavaCodeUnit m) {
    return m.getOwner().getName() + "." + m.getName();
  }

  private static boolean isFromOutside(JavaCodeUnit m) {
    JavaClass owner = m.getOwner();
    return m.getName().equals("<clinit>")
        || m.getFullName().equals("io.flotilla.Main.main([Ljava.lang.String;)")
        || OFFERED.contains(owner.getPackageName()) && isPublic(m)
        || isPublic(m) && isNamed(owner)
        || !m.getAnnotations().isEmpty()
        || (m instanceof JavaConstructor ? isMadeByOthers(m) : isOfItsKind(m));
  }

  private static boolean isPublic(JavaCodeUnit m) {
    return m.getModifiers().contains(PUBLIC) && m.getOwner().getModifiers().contains(PUBLIC);
  }

  private static boolean isNamed(JavaClass c) {
    return namedInConfiguration.contains(c.getName());
  }

  /** Called by the language or a framework, or never: in classes of static methods. */
  private static boolean isMadeByOthers(JavaCodeUnit constructor) {
    JavaClass owner = constructor.getOwner();
    return OFFERED.contains(owner.getPackageName()) && owner.isRecord() // out of JSON
        || classLiterals.contains(owner.getName())
        || constructor.getModifiers().contains(PRIVATE)
            && constructor.getRawParameterTypes().isEmpty();
  }

  /** Implicit members of records and enums, and overriding methods. */
  private static boolean isOfItsKind(JavaCodeUnit m) {
    JavaClass owner = m.getOwner();
    int parameters = m.getRawParameterTypes().size();
    return owner.isRecord() && parameters == 0 && owner.tryGetField(m.getName()).isPresent()
        || owner.isEnum() && Set.of("values", "valueOf").contains(m.getName())
        || Stream.concat(
                owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
            .flatMap(s -> s.getMethods().stream())
            .anyMatch(
                s ->
                    s.getName().equals(m.getName())
                        && s.getRawParameterTypes().size() == parameters);
  }

  /** The classes that a class passes on as class objects. */
  private static Stream<String> literals(JavaClass c) {
    Stream<JavaClass> inCode =
        c.getReferencedClassObjects().stream().map(ReferencedClassObject::getRawType);
    Set<JavaAnnotation<?>> annotations = new HashSet<>(c.getAnnotations());
    c.getMembers().forEach(m -> annotations.addAll(m.getAnnotations()));
    Stream<JavaClass> inAnnotations =
        annotations.stream()
            .flatMap(a -> a.getProperties().values().stream())
            .flatMap(v -> v instanceof Object[] many ? Arrays.stream(many) : Stream.of(v))
            .filter(JavaClass.class::isInstance)
            .map(JavaClass.class::cast);
    Stream<JavaClass> filledIn =
        c.getFields().stream()
            .filter(f -> !f.getAnnotations().isEmpty())
            .map(JavaField::getRawType);
    return Stream.of(inCode, inAnnotations, filledIn).flatMap(s -> s).map(JavaClass::getName);
  }

  private static Set<String> namedIn(Path resources) throws IOException {
    try (Stream<Path> files = Files.walk(resources)) {
      return files
          .filter(f -> f.toString().matches(".*\\.(conf|xml)"))
          .map(DeadCodeTest::text)
          .flatMap(text -> NAMED.matcher(text).results())
          .map(match -> match.group(1))
          .collect(toSet());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
