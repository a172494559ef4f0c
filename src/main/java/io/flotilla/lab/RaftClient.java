package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.Answered;
import io.flotilla.lab.RaftMsg.AskAgain;
import io.flotilla.lab.RaftMsg.Done;
import io.flotilla.lab.RaftMsg.Propose;
import io.flotilla.lab.RaftMsg.Redirect;
import io.flotilla.lab.RaftMsg.Submit;
import io.flotilla.lab.RaftMsg.Submitted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Raft's section 8: has its commands agreed on one after another. It follows a redirection, and
 * asks another server when no answer comes. A command that was asked for twice is the same command.
 */
class RaftClient extends AbstractBehavior<RaftMsg> {
  private static final Duration PATIENCE = Duration.ofMillis(120);

  private final Host<RaftMsg> host;
  private final TimerScheduler<RaftMsg> timers;
  private final Deque<String> commands = new ArrayDeque<>();
  private String server;

  RaftClient(ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.server = host.all().get(0);
  }

  @Override
  public Receive<RaftMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Redirect.class, this::onRedirect)
        .onMessage(Done.class, this::onDone)
        .onMessage(AskAgain.class, m -> ask(after(server)))
        .build();
  }

  private Behavior<RaftMsg> onSubmit(Submit m) {
    host.report(new Submitted(m.command()));
    commands.add(m.command());
    return commands.size() == 1 ? ask(server) : this;
  }

  private Behavior<RaftMsg> ask(String whom) {
    server = whom;
    host.tell(server, new Propose(host.id(), commands.peek()));
    timers.startSingleTimer(new AskAgain(), PATIENCE);
    return this;
  }

  private String after(String name) {
    List<String> servers = host.all();
    return servers.get((servers.indexOf(name) + 1) % servers.size());
  }

  /** A redirection to nobody, or one that answers an earlier command, is waited out. */
  private Behavior<RaftMsg> onRedirect(Redirect m) {
    boolean helps = m.command().equals(commands.peek()) && !m.leader().isEmpty();
    return helps ? ask(m.leader()) : this;
  }

  private Behavior<RaftMsg> onDone(Done m) {
    if (!m.command().equals(commands.peek())) {
      return this;
    }
    host.report(new Answered(commands.remove()));
    timers.cancelAll();
    return commands.isEmpty() ? this : ask(server);
  }

  @Override
  public String toString() {
    return commands.isEmpty() ? "content" : "asks " + server + " for " + commands.peek();
  }
}
