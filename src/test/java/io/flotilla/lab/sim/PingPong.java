package io.flotilla.lab.sim;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import java.util.List;

/** The smallest protocol there is: each answers the other. */
final class PingPong {
  record Ball(String from, int n) {}

  record Hit(int n) implements Event {}

  private PingPong() {}

  static Behavior<Ball> create(Host<Ball> host) {
    return Behaviors.receiveMessage(
        ball -> {
          host.report(new Hit(ball.n()));
          String to = ball.from().isEmpty() ? host.others().get(0) : ball.from();
          host.tell(to, new Ball(host.id(), ball.n() + 1));
          return Behaviors.same();
        });
  }

  static Scenario<Ball> scenario() {
    return Scenario.of(List.of("A", "B"), PingPong::create).ask("A", new Ball("", 0));
  }
}
