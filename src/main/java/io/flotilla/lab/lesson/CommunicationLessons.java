package io.flotilla.lab.lesson;

import io.flotilla.lab.JsonRpc;
import io.flotilla.lab.JsonRpcMutants;
import io.flotilla.lab.MessageQueue;
import io.flotilla.lab.MessageQueue.Confirmed;
import io.flotilla.lab.MessageQueue.Handled;
import io.flotilla.lab.MessageQueueMutants;
import io.flotilla.lab.Tcp;
import io.flotilla.lab.TcpMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Two processes that talk over a network that loses, duplicates and reorders. */
final class CommunicationLessons {
  private CommunicationLessons() {}

  /**
   * @param open calls without an answer, by client and amount
   * @param effects how often each call was done
   * @param results the balance after each call that was done
   */
  private record Calls(
      SortedSet<String> open,
      SortedMap<String, Integer> effects,
      SortedMap<String, Integer> results,
      String wrong) {
    static final Calls EMPTY = new Calls(new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), "");

    Calls after(SimEvent e) {
      if (e.payload() instanceof JsonRpc.Called c) {
        return new Calls(Folds.plus(open, e.node() + " +" + c.amount()), effects, results, wrong);
      }
      if (e.payload() instanceof JsonRpc.Done d) {
        String call = d.client() + " +" + d.amount();
        return new Calls(
            open,
            Folds.plus(effects, call, effects.getOrDefault(call, 0) + 1),
            Folds.plus(results, call, d.balance()),
            wrong);
      }
      if (e.payload() instanceof JsonRpc.Answered a) {
        String call = e.node() + " +" + a.amount();
        boolean own = results.getOrDefault(call, -1) == a.balance();
        return new Calls(
            Folds.minus(open, call),
            effects,
            results,
            own ? wrong : call + " was answered " + a.balance());
      }
      if (e.payload() instanceof JsonRpc.Refused r) {
        return new Calls(Folds.minus(open, e.node() + " +" + r.amount()), effects, results, wrong);
      }
      return this;
    }

    Optional<String> twice() {
      return effects.values().stream().allMatch(n -> n == 1)
          ? Optional.empty()
          : Optional.of("done " + effects);
    }
  }

  static Lesson<JsonRpc.Msg> jsonRpc() {
    String once = "a call has its effect at most once";
    String own = "an answer belongs to its call";
    Scenario<JsonRpc.Msg> scenario =
        Scenario.of(List.of("c1", "c2", "server"), JsonRpc::create)
            .with(Faults.parse("drop=2,dup=2,crash=1,reorder"))
            .crashable(List.of("server"))
            .timers(200)
            .steps(1_000)
            .ask("c1", new JsonRpc.Call("add", 10))
            .ask("c1", new JsonRpc.Call("add", 20))
            .ask("c2", new JsonRpc.Call("add", 5))
            .ask("c2", new JsonRpc.Call("subtract", 1));
    return Lesson.of(
            "json-rpc",
            "JSON-RPC 2.0 with retries: at most one effect per id",
            "JSON-RPC 2.0, Birrell and Nelson 1984",
            scenario,
            Property.always(once, Calls.EMPTY, Calls::after, Calls::twice),
            Property.always(own, Calls.EMPTY, Calls::after, c -> Verdicts.unlessEmpty(c.wrong())),
            Property.atEnd(
                "every call is answered in the end",
                Calls.EMPTY,
                Calls::after,
                c -> Verdicts.none("open", c.open())),
            Property.sometimes("an answer", JsonRpc.Answered.class, a -> true),
            Property.sometimes("an error", JsonRpc.Refused.class, a -> a.code() == -32601))
        .tolerating("drop,dup,crash,reorder")
        .exploring(
            Scenario.of(List.of("c1", "server"), JsonRpc::create)
                .with(Faults.parse("drop=1"))
                .timers(1)
                .ask("c1", new JsonRpc.Call("add", 10))
                .ask("c1", new JsonRpc.Call("add", 20)))
        .mutant(
            "id-always-1", "every call has the id 1", JsonRpcMutants::idAlways1, own, Faults.NONE)
        .mutant(
            "no-reply-table",
            "the server does what it is asked, each time it is asked",
            JsonRpcMutants::noReplyTable,
            once)
        .mutant(
            "table-in-memory",
            "a server that restarts has forgotten which calls it has answered",
            JsonRpcMutants::tableInMemory,
            once);
  }

  /**
   * @param confirmed what the producer no longer thinks of
   * @param handled how often each message had its effect
   * @param down the nodes that are
   * @param apart whether a message was confirmed while the consumer was down
   */
  private record Queue(
      SortedSet<String> confirmed,
      SortedMap<String, Integer> handled,
      SortedSet<String> down,
      boolean apart) {
    static final Queue EMPTY = new Queue(new TreeSet<>(), new TreeMap<>(), new TreeSet<>(), false);

    Queue after(SimEvent e) {
      if (e.payload() instanceof Confirmed c) {
        return new Queue(
            Folds.plus(confirmed, c.id()), handled, down, apart || down.contains("consumer"));
      }
      if (e.payload() instanceof Handled h) {
        int times = handled.getOrDefault(h.id(), 0) + 1;
        return new Queue(confirmed, Folds.plus(handled, h.id(), times), down, apart);
      }
      return switch (e.kind()) {
        case CRASH -> new Queue(confirmed, handled, Folds.plus(down, e.node()), apart);
        case RECOVER -> new Queue(confirmed, handled, Folds.minus(down, e.node()), apart);
        default -> this;
      };
    }

    /** Once everybody is up again. */
    Optional<String> lost() {
      SortedSet<String> missing = new TreeSet<>(confirmed);
      missing.removeAll(handled.keySet());
      return down.isEmpty()
          ? Verdicts.none("confirmed and never handled", missing)
          : Optional.empty();
    }
  }

  static Lesson<MessageQueue.Msg> queue() {
    String once = "a message has its effect at most once";
    String all = "what was confirmed is handled in the end";
    Scenario<MessageQueue.Msg> scenario =
        Scenario.of(List.of("producer", "broker", "consumer"), MessageQueue::create)
            .with(Faults.parse("drop=2,dup=2,crash=2,reorder"))
            .crashable(List.of("broker", "consumer"))
            .timers(200)
            .steps(1_000)
            .ask("producer", new MessageQueue.Produce("order1"))
            .ask("producer", new MessageQueue.Produce("order2"));
    return Lesson.of(
            "message-queue",
            "Message queue: acknowledgement, redelivery, idempotent consumer",
            "RabbitMQ, Reliability Guide",
            scenario,
            Property.always(
                once,
                Queue.EMPTY,
                Queue::after,
                q ->
                    q.handled().values().stream().allMatch(n -> n == 1)
                        ? Optional.empty()
                        : Optional.of("handled " + q.handled())),
            Property.atEnd(all, Queue.EMPTY, Queue::after, Queue::lost),
            Property.sometimes(
                "the producer is done while the consumer is down",
                Queue.EMPTY,
                Queue::after,
                q -> q.apart() ? Optional.of("seen") : Optional.empty()))
        .tolerating("drop,dup,crash,reorder")
        .exploring(
            Scenario.of(List.of("producer", "broker", "consumer"), MessageQueue::create)
                .with(Faults.parse("crash=1"))
                .crashable(List.of("broker", "consumer"))
                .timers(2)
                .ask("producer", new MessageQueue.Produce("order1")))
        .mutant(
            "acks-first",
            "the consumer acknowledges before it works, and dies between the two",
            MessageQueueMutants::acksFirst,
            all)
        .mutant(
            "not-idempotent",
            "the consumer takes every delivery for the first",
            MessageQueueMutants::notIdempotent,
            once)
        .mutant(
            "queue-in-memory",
            "the broker confirms what isn't on its disk",
            MessageQueueMutants::queueInMemory,
            all);
  }

  /** What was written and what was read, in order; and whether a segment overtook another. */
  private record Stream(List<String> written, List<String> read) {
    static final Stream EMPTY = new Stream(List.of(), List.of());

    Stream after(SimEvent e) {
      if (e.payload() instanceof Tcp.Written w) {
        return new Stream(longer(written, w.data()), read);
      }
      return e.payload() instanceof Tcp.Read r ? new Stream(written, longer(read, r.data())) : this;
    }

    private static List<String> longer(List<String> list, String last) {
      List<String> longer = new ArrayList<>(list);
      longer.add(last);
      return List.copyOf(longer);
    }

    Optional<String> disorder() {
      return read.size() <= written.size() && read.equals(written.subList(0, read.size()))
          ? Optional.empty()
          : Optional.of("written " + written + ", read " + read);
    }
  }

  /** How much the sender knows to have arrived, and what it sent beyond its window. */
  private record Window(int acknowledged, String beyond) {
    static final Window EMPTY = new Window(0, "");

    Window after(SimEvent e) {
      if (e.kind() == SimEvent.Kind.DELIVER && e.payload() instanceof Tcp.Ack a) {
        return new Window(Math.max(acknowledged, a.next()), beyond);
      }
      boolean far =
          e.kind() == SimEvent.Kind.SEND
              && e.payload() instanceof Tcp.Segment s
              && s.number() >= acknowledged + Tcp.WINDOW;
      return far ? new Window(acknowledged, e.payload() + " after #" + acknowledged) : this;
    }
  }

  static Lesson<Tcp.Msg> tcp() {
    String order = "what is read is what was written, once and in order";
    String all = "all that was written is read in the end";
    Scenario<Tcp.Msg> scenario =
        Scenario.of(List.of("sender", "receiver"), Tcp::create)
            .with(Faults.parse("drop=3,dup=2,reorder"))
            .timers(40)
            .ask("sender", new Tcp.Write("a"))
            .ask("sender", new Tcp.Write("b"))
            .ask("sender", new Tcp.Write("c"))
            .ask("sender", new Tcp.Write("d"));
    return Lesson.of(
            "tcp",
            "TCP: numbers, acknowledgements and a window over a network like UDP's",
            "RFC 9293, RFC 768",
            scenario,
            Property.always(order, Stream.EMPTY, Stream::after, Stream::disorder),
            Property.always(
                "at most a window is under way",
                Window.EMPTY,
                Window::after,
                w -> w.beyond().isEmpty() ? Optional.empty() : Optional.of(w.beyond())),
            Property.atEnd(
                all,
                Stream.EMPTY,
                Stream::after,
                s ->
                    s.read().equals(s.written())
                        ? Optional.empty()
                        : Optional.of("written " + s.written() + ", read " + s.read())),
            Property.sometimes(
                "all four are read",
                Stream.EMPTY,
                Stream::after,
                s -> s.read().size() == 4 ? Optional.of("seen") : Optional.empty()))
        .tolerating("drop,dup,reorder")
        .exploring(
            Scenario.of(List.of("sender", "receiver"), Tcp::create)
                .with(Faults.parse("drop=1,reorder"))
                .timers(1)
                .ask("sender", new Tcp.Write("a"))
                .ask("sender", new Tcp.Write("b")))
        .mutant("udp", "no second sending and no order: UDP itself", TcpMutants::udp, order)
        .mutant(
            "no-numbers", "the receiver doesn't look at the numbers", TcpMutants::noNumbers, order)
        .mutant(
            "acks-the-latest",
            "an acknowledgement skips a gap, which is then never filled",
            TcpMutants::acksTheLatest,
            all);
  }
}
