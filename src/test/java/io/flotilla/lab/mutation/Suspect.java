package io.flotilla.lab.mutation;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Host;
import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An algorithm whose every line is made wrong, and the lessons that must notice.
 *
 * @param files the classes of which the lessons' nodes are made
 */
record Suspect(List<String> lessons, Set<String> files) {
  private static final String LAB = Host.class.getPackageName();

  /** Some wrong lines of these run for minutes or recurse without end: they have no score yet. */
  private static final Set<String> NOT_YET =
      Set.of(
          "consistency-strong",
          "consistency-bounded",
          "consistency-session",
          "consistency-eventual",
          "pbft");

  /** All lessons by the classes that their nodes are made of; those that share one are together. */
  static List<Suspect> all(Simulation simulation) {
    List<Suspect> all = new ArrayList<>();
    for (Lesson<?> lesson : Lessons.lessons()) {
      if (NOT_YET.contains(lesson.name())) {
        continue;
      }
      Suspect one = new Suspect(List.of(lesson.name()), nodes(lesson, simulation));
      Suspect kin =
          all.stream()
              .filter(s -> !Collections.disjoint(s.files(), one.files()))
              .findFirst()
              .orElse(null);
      if (kin == null) {
        all.add(one);
      } else {
        all.set(all.indexOf(kin), kin.and(one));
      }
    }
    return all;
  }

  private Suspect and(Suspect other) {
    List<String> both = new ArrayList<>(lessons);
    both.addAll(other.lessons());
    Set<String> made = new TreeSet<>(files);
    made.addAll(other.files());
    return new Suspect(List.copyOf(both), made);
  }

  String name() {
    return lessons.get(0);
  }

  /** Whether a rewrite with this id is of one of its files. */
  boolean owns(String id) {
    return files.contains(id.substring(0, id.indexOf(' ')));
  }

  List<Rewrite> rewrites(Compiler compiler) {
    return files.stream().flatMap(f -> compiler.rewrites(f, source(f)).stream()).toList();
  }

  static String source(String file) {
    try {
      return Files.readString(Path.of("src/main/java/io/flotilla/lab", file + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the lesson's nodes, to see what they are. */
  private static <M> Set<String> nodes(Lesson<M> lesson, Simulation simulation) {
    Set<String> found = new TreeSet<>();
    Scenario<M> right = lesson.scenario();
    Scenario<M> watched = right.with(host -> watch(right.behavior().apply(host), found));
    simulation.run(watched.steps(0), Simulation.Request.of(1, Chooser.natural(), event -> {}));
    return found;
  }

  @SuppressWarnings("unchecked")
  private static <M> Behavior<M> watch(Behavior<M> node, Set<String> found) {
    return (Behavior<M>)
        Behaviors.intercept(
            () ->
                new BehaviorInterceptor<Object, Object>(Object.class) {
                  @Override
                  public Behavior<Object> aroundStart(
                      TypedActorContext<Object> ctx, PreStartTarget<Object> target) {
                    Behavior<Object> started = target.start(ctx);
                    for (Class<?> type = started.getClass();
                        type.getPackageName().equals(LAB);
                        type = type.getSuperclass()) {
                      found.add(
                          type.getName().substring(LAB.length() + 1).replaceFirst("\\$.*", ""));
                    }
                    return started;
                  }

                  @Override
                  public Behavior<Object> aroundReceive(
                      TypedActorContext<Object> ctx, Object message, ReceiveTarget<Object> target) {
                    return target.apply(ctx, message);
                  }
                },
            (Behavior<Object>) node);
  }
}
