package io.flotilla.lab;

/** What the nodes of {@link Cap} send and report. */
public sealed interface CapMsg {

  /** A balance; of two with the same number, the later writer's name wins. */
  record Version(int number, String writer, int balance) {
    static final Version NONE = new Version(0, "", 0);

    static Version newer(Version a, Version b) {
      boolean later =
          a.number() == b.number() ? b.writer().compareTo(a.writer()) > 0 : b.number() > a.number();
      return later ? b : a;
    }
  }

  /** From outside. */
  record Write(int balance) implements CapMsg {}

  /** From outside. */
  record Read() implements CapMsg {}

  record Query(String from, int op) implements CapMsg {}

  record Found(String from, int op, Version version) implements CapMsg {}

  record Store(String from, int op, Version version) implements CapMsg {}

  record Stored(String from, int op, Version version) implements CapMsg {}

  record GiveUp(int op) implements CapMsg {}

  record Resend() implements CapMsg {}

  /** A request; {@code write} is null for a read. */
  record Asked(int op, Integer write) implements Event {}

  record Answered(int op, int balance) implements Event {}

  record Kept(int balance) implements Event {}

  record Refused(int op) implements Event {}
}
