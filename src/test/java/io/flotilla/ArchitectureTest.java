package io.flotilla;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.journal.japi.AsyncWriteJournal;
import akka.persistence.snapshot.japi.SnapshotStore;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.flotilla.entity.Moment;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The walls between the packages. A wall that is in the way is a design question, not a nuisance.
 */
@AnalyzeClasses(packages = "io.flotilla", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] DOMAIN = {
    "io.flotilla.kv..", "io.flotilla.registry..", "io.flotilla.topic..", "io.flotilla.acl.."
  };

  /** The only places that may use the time of day: to show it, or as the program's subject. */
  private static final String SHOWS_TIME_OF_DAY =
      "io\\.flotilla\\.("
          + "node\\.FlotillaNode" // dates events, and the beginning of the coordinator
          + "|cli\\.(CaCommand|NodeProcess|RecoverCommand|VerifyCommand|UpCommand)" // lines of logs
          // and notes
          + "|journal\\.Survey" // names what it puts aside
          + "|examples\\.time\\.Publisher|examples\\.sensors\\.SensorApi"
          + ")(\\$.*)?";

  @ArchTest
  static final ArchRule nothing_is_decided_by_the_time_of_day =
      noClasses()
          .that()
          .haveNameNotMatching(SHOWS_TIME_OF_DAY)
          .should()
          .callMethodWhere(target(describe("tells the time of day", ArchitectureTest::tellsTime)))
          .orShould()
          .callConstructor(Date.class);

  private static boolean tellsTime(AccessTarget target) {
    String owner = target.getOwner().getName();
    return owner.equals("java.lang.System") && target.getName().equals("currentTimeMillis")
        || owner.equals("java.util.Calendar") && target.getName().equals("getInstance")
        || owner.startsWith("java.time.") && target.getName().matches("now|system.*|tick.*");
  }

  /** Where a clock enters the server. Everything else has its time passed in. */
  private static final String READS_A_CLOCK =
      "io\\.flotilla\\.("
          + "node\\.FlotillaNode" // puts the parts together
          + "|node\\.RealMachine" // the clock, and the processor, of the watchdog
          + "|journal\\.ReplicatedLog" // made by Akka, which hands it nothing
          + "|journal\\.Survey" // names what it puts aside
          + "|logging\\.LineLimit" // made by the logging framework
          + ")(\\$.*)?";

  /** Everything in the server that expires or ages can be tested on a clock the test moves. */
  @ArchTest
  static final ArchRule the_server_is_given_its_time =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.flotilla.cli..",
              "io.flotilla.client..",
              "io.flotilla.embedded..",
              "io.flotilla.examples..",
              "io.flotilla.lab..")
          .and()
          .haveNameNotMatching(READS_A_CLOCK)
          .should()
          .accessTargetWhere(target(describe("reads a clock", ArchitectureTest::readsClock)));

  private static boolean readsClock(AccessTarget target) {
    return tellsTime(target)
        || target.getOwner().isEquivalentTo(System.class) && target.getName().equals("nanoTime");
  }

  /** An event's time of day is stored and shown to watchers. */
  @ArchTest
  static final ArchRule no_decision_sees_the_time_of_day_of_an_event =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.flotilla\\.kv\\.KeySpaceState.*")
          .should()
          .callMethod(Moment.class, "wallMillis");

  @ArchTest
  static final ArchRule only_the_journal_knows_raft =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flotilla.journal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.ratis..");

  @ArchTest
  static final ArchRule only_wire_knows_protobuf =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flotilla.wire..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.google.protobuf..");

  @ArchTest
  static final ArchRule only_http_and_node_know_the_http_server =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.flotilla.http..", "io.flotilla.node..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("akka.http..");

  @ArchTest
  static final ArchRule only_http_dns_and_checks_know_netty =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.flotilla.http..", "io.flotilla.dns..", "io.flotilla.registry.coordinator..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule only_dns_knows_its_messages =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flotilla.dns..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.xbill..");

  @ArchTest
  static final ArchRule an_entity_is_of_no_kind =
      noClasses()
          .that()
          .resideInAPackage("io.flotilla.entity..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.flotilla.kv..",
              "io.flotilla.registry..",
              "io.flotilla.topic..",
              "io.flotilla.acl..",
              "io.flotilla.http..",
              "io.flotilla.node..",
              "io.flotilla.journal..");

  @ArchTest static final ArchRule kv_knows_no_sibling = domainStandsAlone("io.flotilla.kv..");

  @ArchTest
  static final ArchRule registry_knows_no_sibling = domainStandsAlone("io.flotilla.registry..");

  @ArchTest static final ArchRule topic_knows_no_sibling = domainStandsAlone("io.flotilla.topic..");

  @ArchTest static final ArchRule acl_knows_no_sibling = domainStandsAlone("io.flotilla.acl..");

  @ArchTest
  static final ArchRule balancing_is_pure =
      noClasses()
          .that()
          .resideInAPackage("io.flotilla.registry.balance")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("akka..", "java.net..", "io.flotilla.registry");

  @ArchTest
  static final ArchRule the_proxy_knows_only_balancing =
      noClasses()
          .that()
          .resideInAPackage("io.flotilla.proxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.flotilla.kv..",
              "io.flotilla.topic..",
              "io.flotilla.registry",
              "io.flotilla.journal..",
              "io.flotilla.http..",
              "io.flotilla.node..",
              "io.flotilla.client..");

  @ArchTest
  static final ArchRule lab_algorithms_do_not_know_the_simulator =
      noClasses()
          .that()
          .resideInAPackage("io.flotilla.lab")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.flotilla.lab.sim..",
              "io.flotilla.lab.check..",
              "io.flotilla.lab.view..",
              "io.flotilla.lab.lesson..",
              "io.flotilla.lab.cli..");

  /** But for the balancer, which is a lesson itself. */
  @ArchTest
  static final ArchRule the_lab_knows_neither_server_nor_client =
      knowsOnly("io.flotilla.lab..", "io.flotilla.registry.balance");

  @ArchTest
  static final ArchRule examples_know_only_the_client =
      knowsOnly("io.flotilla.examples..", "io.flotilla.client");

  @ArchTest
  static final ArchRule examples_are_written_without_akka =
      noClasses()
          .that()
          .resideInAPackage("io.flotilla.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("akka..", "scala..");

  /** It is a jar of its own, whose POM names Jackson and nothing else. */
  @ArchTest
  static final ArchRule the_client_needs_itself_and_jackson_only =
      classes()
          .that()
          .resideInAPackage("io.flotilla.client..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.flotilla.client..", "com.fasterxml.jackson..", "java..", "javax.net.ssl..");

  /** In the client's jar, for programs that have Akka. */
  @ArchTest
  static final ArchRule what_is_for_other_akka_clusters_knows_only_the_client =
      knowsOnly("io.flotilla.akka..", "io.flotilla.client");

  @ArchTest
  static final ArchRule the_server_does_not_use_the_client =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.flotilla.client..",
              "io.flotilla.akka..",
              "io.flotilla.cli..",
              "io.flotilla.examples..",
              "io.flotilla.embedded..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.flotilla.client..");

  /** Java's regular expressions recurse and backtrack: an input of a few KiB can stop a node. */
  @ArchTest
  static final ArchRule what_clients_send_is_read_without_regular_expressions =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.flotilla.http..",
              "io.flotilla.dns..",
              "io.flotilla.entity..",
              "io.flotilla.kv..",
              "io.flotilla.registry..",
              "io.flotilla.topic..",
              "io.flotilla.acl..",
              "io.flotilla.proxy..",
              "io.flotilla.text..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.regex..")
          .orShould()
          .callMethod(String.class, "matches", String.class)
          .orShould()
          .callMethod(String.class, "replaceAll", String.class, String.class)
          .orShould()
          .callMethod(String.class, "replaceFirst", String.class, String.class);

  /** How deep a failure is wrapped depends on how many stages it went through. */
  @ArchTest
  static final ArchRule failures_are_unwrapped_in_one_place =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flotilla.async")
          .and()
          .doNotHaveFullyQualifiedName("io.flotilla.client.FlotillaException")
          .should(askWhether(CompletionException.class, ExecutionException.class));

  private static ArchCondition<JavaClass> askWhether(Class<?>... wrappers) {
    return new ArchCondition<>("ask whether a failure is wrapped") {
      @Override
      public void check(JavaClass asking, ConditionEvents events) {
        for (InstanceofCheck check : asking.getInstanceofChecks()) {
          boolean ofWrapper = Arrays.stream(wrappers).anyMatch(check.getRawType()::isEquivalentTo);
          events.add(
              new SimpleConditionEvent(
                  asking, ofWrapper, asking.getName() + " in line " + check.getLineNumber()));
        }
      }
    };
  }

  /** A subclass of AbstractBehavior, or of EventSourcedBehavior if its state survives it. */
  @ArchTest
  static final ArchRule an_actor_is_a_class =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                  describe(
                      "makes an actor of a function",
                      t ->
                          t.getOwner().isEquivalentTo(Behaviors.class)
                              && t.getName().startsWith("receive"))));

  @ArchTest
  static final ArchRule classic_actors_are_few =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.flotilla.journal.PeerLink$Receiver")
          .and()
          .areNotAssignableTo(AsyncWriteJournal.class)
          .and()
          .areNotAssignableTo(SnapshotStore.class)
          .should()
          .beAssignableTo(akka.actor.Actor.class);

  /** Otherwise the thread completing the future would touch its state. */
  @ArchTest
  static final ArchRule an_actor_hears_of_a_future_by_a_message =
      noClasses()
          .that(describe("are actors", ArchitectureTest::isActor))
          .and()
          .doNotHaveSimpleName("EntityActor") // sends an answer from there, and itself a message
          .and()
          .doNotHaveSimpleName("FlotillaNode") // takes no messages
          .should()
          .callMethodWhere(
              target(describe("goes on after a future", ArchitectureTest::goesOnAfter)));

  private static boolean isActor(JavaClass c) {
    return c.isAssignableTo(AbstractBehavior.class)
        || c.isAssignableTo(EventSourcedBehavior.class)
        || c.getFields().stream().anyMatch(f -> f.getRawType().isEquivalentTo(ActorContext.class));
  }

  private static boolean goesOnAfter(AccessTarget target) {
    return target.getOwner().isAssignableTo(CompletionStage.class)
        && AFTER.stream().anyMatch(target.getName()::startsWith);
  }

  private static final Set<String> AFTER =
      Set.of("whenComplete", "handle", "then", "exceptionally");

  /** Two sides of one concept: the server's, and that of a client or an example. */
  private static final Set<String> TWO_ENDS =
      Set.of(
          "Check",
          "Entry",
          "Instance",
          "OutcomeUnknownException",
          "Sessions",
          "Status",
          "Subscriber",
          "Topics");

  @ArchTest
  static void a_name_means_one_thing(JavaClasses all) {
    Map<String, Long> names =
        all.stream()
            .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getSimpleName, Collectors.counting()));
    names.keySet().removeIf(n -> names.get(n) == 1);
    names.keySet().removeAll(TWO_ENDS);
    assertThat(names.keySet()).isEmpty();
  }

  @ArchTest
  static final ArchRule there_are_no_cycles =
      slices().matching("io.flotilla.(**)").should().beFreeOfCycles();

  /** Only classes of this project; its libraries don't matter here. */
  private static ArchRule knowsOnly(String own, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.flotilla..")
                .and(resideOutsideOfPackage(own))
                .and(resideOutsideOfPackages(others)));
  }

  private static ArchRule domainStandsAlone(String own) {
    String[] others =
        java.util.stream.Stream.concat(
                java.util.Arrays.stream(DOMAIN).filter(p -> !p.equals(own)),
                java.util.stream.Stream.of("io.flotilla.http..", "io.flotilla.node.."))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true);
  }
}
