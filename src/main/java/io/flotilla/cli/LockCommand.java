package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.Lock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lock KEY -- COMMAND…}. */
@Command(
    name = "lock",
    description = "Wait for a lock, run a command while holding it, and give it back.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code: the command's. The fencing token is in the command's environment",
      "as FLOTILLA_FENCING_TOKEN. If the lock is lost, the command is ended (exit",
      "code 1). Waiters get the lock in the order in which they arrived.",
      "KEY exists only while the lock is held; don't keep data in it.",
      "",
      "Examples:",
      "  ./flotilla lock jobs/nightly -- ./backup.sh",
      "  ./flotilla lock --wait 5 jobs/nightly -- sh -c 'echo $FLOTILLA_FENCING_TOKEN'",
    })
public final class LockCommand implements Callable<Integer> {
  @Mixin private ClientOptions client;
  @Mixin private HoldOptions hold;

  @Parameters(index = "0", paramLabel = "KEY", description = "The lock's key.")
  private String key;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
  private List<String> command;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Give up after this time (exit code 1). Default: never")
  private Double atMost;

  @Override
  public Integer call() throws InterruptedException {
    AtomicBoolean lost = new AtomicBoolean();
    try (Flotilla flotilla = client.connect();
        Lock lock = flotilla.recipes(hold.namespace, hold.ttl()).lock(key);
        Unwind unwind = Unwind.on(lock::close)) {
      OptionalLong token =
          atMost == null
              ? OptionalLong.of(lock.acquire())
              : lock.tryAcquire(Duration.ofMillis((long) (atMost * 1000)));
      if (token.isEmpty()) {
        throw new CliException("%s", "the lock " + key + " was not free in time");
      }
      ChildProcess child = ChildProcess.start(command, token.getAsLong());
      unwind.first(child::end);
      lock.onLost(
          () -> {
            lost.set(true);
            Screen.remark("%s", "the lock " + key + " was lost; ending the command");
            child.end();
          });
      int code = child.await();
      return lost.get() ? 1 : code;
    }
  }
}
