package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Rsync (Tridgell and Mackerras, 1996). The mirror sends two checksums of each of its blocks; the
 * source looks for these blocks at every place of its own file, and sends where they are and only
 * what is between them. It can look everywhere because the weak checksum rolls: from one place to
 * the next it takes two additions. The strong one decides whether it is the same block.
 *
 * <p>Assumes that the source's file stays as it is while it is copied.
 */
public class Rsync extends AbstractBehavior<Rsync.Msg> {
  public static final String OLD = "Ana 5555;Bob 1200;Cleo 0700;";

  /** A line before the others, so that no block is where it was; and another number. */
  public static final String NEW = "Zoe 0010;Ana 6365;Bob 1200;Cleo 0700;";

  private static final Duration RETRY = Duration.ofMillis(100);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the mirror. */
  public record Sync() implements Msg {}

  record Blocks(List<Checksum> checksums) implements Msg {}

  public record Delta(List<FilePart> parts) implements Msg {
    /** How much of the file was sent as it is. */
    public int sent() {
      return parts.stream().mapToInt(p -> p.text().length()).sum();
    }
  }

  private record Retry() implements Msg {}

  /** The mirror has this now. */
  public record Wrote(String file, int sent) implements Event {}

  protected final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Nodes.timed((ctx, timers) -> new Rsync(ctx, host, timers));
  }

  protected Rsync(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Sync.class, m -> ask())
        .onMessage(Retry.class, m -> ask())
        .onMessage(Blocks.class, m -> onBlocks(m.checksums()))
        .onMessage(Delta.class, this::onDelta)
        .build();
  }

  private String file() {
    return host.storage().read("file", String.class).orElse(OLD);
  }

  private Behavior<Msg> ask() {
    host.tell("source", new Blocks(Checksum.ofBlocks(file())));
    timers.startSingleTimer(new Retry(), RETRY);
    return this;
  }

  /** At the source: rolls over the file, and where a block fits, jumps over it. */
  private Behavior<Msg> onBlocks(List<Checksum> known) {
    List<FilePart> parts = new ArrayList<>();
    StringBuilder between = new StringBuilder();
    Rolling window = new Rolling(NEW);
    while (window.at() < NEW.length()) {
      int block = find(window, known);
      if (block >= 0 && looksHere(window.at())) {
        addText(parts, between);
        parts.add(FilePart.copy(block));
        window.jump();
      } else {
        between.append(NEW.charAt(window.at()));
        window.roll();
      }
    }
    addText(parts, between);
    host.tell("mirror", new Delta(List.copyOf(parts)));
    return this;
  }

  /** Everywhere, not only where the mirror's blocks would be. */
  protected boolean looksHere(int at) {
    return true;
  }

  private int find(Rolling window, List<Checksum> known) {
    for (int i = 0; i < known.size(); i++) {
      if (window.isWhole()
          && known.get(i).weak() == window.weak()
          && isSame(known.get(i), window.text())) {
        return i;
      }
    }
    return -1;
  }

  /** Others may have the same weak checksum. */
  protected boolean isSame(Checksum known, String text) {
    return known.strong().equals(Checksum.strong(text));
  }

  private static void addText(List<FilePart> parts, StringBuilder between) {
    if (!between.isEmpty()) {
      parts.add(FilePart.text(between.toString()));
      between.setLength(0);
    }
  }

  /** At the mirror; a second answer, made for a file that it has no more, comes too late. */
  private Behavior<Msg> onDelta(Delta delta) {
    if (timers.isTimerActive(new Retry())) {
      timers.cancelAll();
      String file = patched(file(), delta.parts());
      host.storage().write("file", file);
      host.report(new Wrote(file, delta.sent()));
    }
    return this;
  }

  /** Beside the old file, which is needed until the new one is whole. */
  protected String patched(String old, List<FilePart> parts) {
    StringBuilder file = new StringBuilder();
    parts.forEach(p -> file.append(p.isCopy() ? Checksum.block(old, p.block()) : p.text()));
    return file.toString();
  }

  @Override
  public String toString() {
    return host.id().equals("mirror") ? file() : NEW;
  }
}
