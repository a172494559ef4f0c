package io.flotilla.lab.check;

import static io.flotilla.lab.check.Linearizability.RegisterOp.compareAndSet;
import static io.flotilla.lab.check.Linearizability.RegisterOp.read;
import static io.flotilla.lab.check.Linearizability.RegisterOp.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.check.Linearizability.KeyedOp;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Histories as long as a test of minutes makes them, on one key: ten thousand operations of eight
 * clients at once, of which one in twenty is never answered. A search that is exponential in any of
 * these would not end.
 */
class LongHistoryTest {
  private static final int CLIENTS = 8;
  private static final int OPERATIONS = 10_000;

  /** What the register really does, one thing after the other, as the clients ask for it. */
  private static final class Run {
    private final Random random;
    private final List<Invocation<KeyedOp>> history = new ArrayList<>();
    private final List<Asked> late = new ArrayList<>();
    private final Asked[] asked = new Asked[CLIENTS];
    private final String[] lastRead = new String[CLIENTS];
    private String state;
    private long now;
    private int values;

    Run(long seed) {
      random = new Random(seed);
    }

    /** What a client is waiting for; {@code told} is the operation with its answer. */
    private static final class Asked {
      private final int kind;
      private final String expected;
      private final String value;
      private final long called;
      private RegisterOp told;

      Asked(int kind, String expected, String value, long called) {
        this.kind = kind;
        this.expected = expected;
        this.value = value;
        this.called = called;
      }
    }

    List<Invocation<KeyedOp>> history() {
      while (history.size() < OPERATIONS) {
        now++;
        int client = random.nextInt(CLIENTS);
        if (asked[client] == null) {
          ask(client);
        } else if (asked[client].told == null) {
          takeEffectOrGiveUp(client);
        } else {
          note(asked[client].told, asked[client].called, now);
          asked[client] = null;
        }
        if (!late.isEmpty() && random.nextInt(200) == 0) {
          takeEffect(late.remove(random.nextInt(late.size())));
        }
      }
      for (Asked op : asked) {
        if (op != null && op.kind < 2) {
          note(unknown(op), op.called, Invocation.NEVER); // it may have taken effect
        }
      }
      return history;
    }

    private void ask(int client) {
      asked[client] = new Asked(random.nextInt(4), lastRead[client], "v" + values++, now);
    }

    private void takeEffectOrGiveUp(int client) {
      Asked op = asked[client];
      if (op.kind < 2 && random.nextInt(10) == 0) {
        note(unknown(op), op.called, Invocation.NEVER);
        late.add(op);
        asked[client] = null;
      } else {
        takeEffect(op);
        if (op.told instanceof RegisterOp.Read read) {
          lastRead[client] = read.value();
        }
      }
    }

    private static RegisterOp unknown(Asked op) {
      return op.kind == 0 ? write(op.value) : compareAndSet(op.expected, op.value, true);
    }

    private void takeEffect(Asked op) {
      boolean meets = Objects.equals(state, op.expected);
      switch (op.kind) {
        case 0 -> op.told = write(op.value);
        case 1 -> op.told = compareAndSet(op.expected, op.value, meets);
        default -> op.told = read(state);
      }
      if (op.kind == 0 || op.kind == 1 && meets) {
        state = op.value;
      }
    }

    private void note(RegisterOp op, long called, long answered) {
      history.add(new Invocation<>(new KeyedOp("k", op), called, answered));
    }
  }

  @Test
  void what_a_register_answered_is_accepted() {
    for (long seed = 1; seed <= 3; seed++) {
      List<Invocation<KeyedOp>> history = new Run(seed).history();
      assertThat(history).filteredOn(Invocation::isPending).hasSizeGreaterThan(200);
      assertThat(Linearizability.unexplained(history)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void one_wrong_answer_in_the_middle_is_found_and_named() {
    assertFound(write("x"), write("y"), read("x"));
    assertFound(write("x"), write("y"), write("z"), read("y"));
    assertFound(read("never written"));
    assertFound(write("x"), compareAndSet("x", "y", true), compareAndSet("x", "z", true));
  }

  /** One after the other amid the history, while the clients' own operations pause. */
  private static void assertFound(RegisterOp... wrong) {
    for (long seed = 1; seed <= 2; seed++) {
      List<Invocation<KeyedOp>> history = new ArrayList<>();
      List<Invocation<KeyedOp>> right = new Run(seed).history();
      long middle = right.get(OPERATIONS / 2).called();
      for (Invocation<KeyedOp> op : right) {
        history.add(
            new Invocation<>(op.what(), after(middle, op.called()), after(middle, op.answered())));
      }
      long at = middle + 1;
      for (RegisterOp op : wrong) {
        history.add(new Invocation<>(new KeyedOp("k", op), at, at + 1));
        at += 2;
      }
      assertThat(Linearizability.unexplained(history))
          .as("seed %d", seed)
          .containsEntry("k", new Invocation<>(wrong[wrong.length - 1], at - 2, at - 1));
    }
  }

  private static long after(long middle, long time) {
    return time <= middle || time == Invocation.NEVER ? time : time + 20;
  }
}
