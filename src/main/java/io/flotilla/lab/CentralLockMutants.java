package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.CentralLock.Msg;

/** The central lock with one wrong rule each. */
public final class CentralLockMutants {
  private CentralLockMutants() {}

  /** The store trusts every client, as if the lock alone were enough. */
  public static Behavior<Msg> noFencing(Host<Msg> host) {
    return !host.id().equals("store")
        ? CentralLock.create(host)
        : Behaviors.setup(
            ctx ->
                new FencedStore(ctx, host) {
                  @Override
                  protected boolean mayWrite(long token, long newestSeen) {
                    return true;
                  }
                });
  }

  /** Any release frees the lock, even one by a holder whose lease is long over. */
  public static Behavior<Msg> anyRelease(Host<Msg> host) {
    return !host.id().equals("lock")
        ? CentralLock.create(host)
        : Behaviors.withTimers(
            timers ->
                Behaviors.setup(
                    ctx ->
                        new CentralLockCoordinator(ctx, host, timers) {
                          @Override
                          protected boolean isHolders(CentralLock.Release release) {
                            return true;
                          }
                        }));
  }

  /** The coordinator keeps its token counter in memory only. */
  public static Behavior<Msg> forgetsTheToken(Host<Msg> host) {
    return !host.id().equals("lock")
        ? CentralLock.create(host)
        : Behaviors.withTimers(
            timers ->
                Behaviors.setup(
                    ctx ->
                        new CentralLockCoordinator(ctx, host, timers) {
                          @Override
                          protected long lastToken(Storage storage) {
                            return 0;
                          }
                        }));
  }
}
