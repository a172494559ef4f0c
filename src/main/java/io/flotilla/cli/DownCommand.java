package io.flotilla.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code down}: ends what {@code up} started, even if {@code up} itself is gone. */
@Command(
    name = "down",
    description = "Stop the nodes that ./flotilla up started. Their data stays.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./flotilla down"})
public final class DownCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Override
  public Integer call() {
    DataOption.Found found = data.find();
    List<UpState.NodeState> alive = found.state().alive();
    // Without its nodes `up` would end too, but first report each as dead: end it as well.
    var up = found.state().up().process();
    if (up.isPresent()) {
      up.get().destroy();
      if (NodeProcess.ended(up.get(), Duration.ofSeconds(40))) {
        Screen.say("Stopped with its %d nodes; the data stays in %s", alive.size(), found.data());
        return 0;
      }
    }
    LocalCluster.stop(alive);
    UpState.remove(found.data());
    Screen.say("Stopped %d nodes; the data stays in %s", alive.size(), found.data());
    return 0;
  }
}
