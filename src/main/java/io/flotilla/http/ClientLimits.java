package io.flotilla.http;

import akka.http.javadsl.model.StatusCodes;
import io.flotilla.memory.Account;
import io.flotilla.memory.Recent;
import io.flotilla.memory.Supply;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What each client may have, so that one leaves something for the others. What is under way is
 * counted here, by this node alone; what is stored counts where it is stored, with whose it is
 * beside it. Of everything, the refusal is made here (docs/decisions/0044-limits-by-client.md).
 */
final class ClientLimits {
  /** What a client may have at a time. */
  enum Kind {
    CONNECTIONS("connections"),
    WATCHES("watches"),
    SUBSCRIPTIONS("subscriptions"),
    BYTES("bytes"),
    SESSIONS("sessions"),
    SERVICES("services"),
    NAMESPACES("namespaces");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    private String code() {
      return "too-many-" + text;
    }

    ApiError exceeded() {
      return new ApiError(
          StatusCodes.TOO_MANY_REQUESTS,
          code(),
          "You have as many "
              + text
              + " as one client may (flotilla.client."
              + text
              + "); end some, or try later.");
    }
  }

  private static final Duration NAMESPACES_PER = Duration.ofDays(1);
  private static final int REMEMBERED = 10_000;

  /** Of one client, only what it has is remembered. */
  private record Holding(String client, Kind kind) {}

  private final Map<Kind, Long> limits;
  private final Map<Holding, Long> held = new ConcurrentHashMap<>();
  private final Optional<Rate> namespaces;
  private final Map<String, Boolean> named = new Recent<>(REMEMBERED);

  /**
   * @param most without an entry: any number
   * @param nanoTime as {@link System#nanoTime}
   */
  ClientLimits(Map<Kind, Long> most, LongSupplier nanoTime) {
    this.limits = Map.copyOf(most);
    this.namespaces =
        Optional.ofNullable(most.get(Kind.NAMESPACES))
            .map(n -> new Rate(n.intValue(), NAMESPACES_PER.dividedBy(n), nanoTime));
  }

  /** Of all refusals with 429, also those that are made elsewhere. */
  static Stream<String> codes() {
    return Stream.concat(
        Stream.of("overloaded", "rate-exceeded", "too-many-guesses"),
        Stream.of(Kind.values()).map(Kind::code));
  }

  /** Of what is stored; 0: any number. */
  int most(Kind kind) {
    return limits.getOrDefault(kind, 0L).intValue();
  }

  Share of(String client, Kind kind) {
    return new Share(new Holding(client, kind));
  }

  /** What one client may have of one kind. */
  final class Share implements Supply {
    private final Holding holding;

    private Share(Holding holding) {
      this.holding = holding;
    }

    @Override
    public boolean tryAcquire(long n) {
      if (held.merge(holding, n, Long::sum) <= limit()) {
        return true;
      }
      release(n);
      return false;
    }

    @Override
    public void release(long n) {
      held.computeIfPresent(holding, (key, now) -> now == n ? null : now - n);
    }

    @Override
    public long left() {
      return limit() - held.getOrDefault(holding, 0L);
    }

    private long limit() {
      return limits.getOrDefault(holding.kind, Long.MAX_VALUE);
    }
  }

  /**
   * Takes one of what the account is of.
   *
   * @throws ApiError if its client has as many as it may
   */
  static void takeOne(Account account) {
    if (!account.tryAcquire(1) && account.lacking() instanceof Share share) {
      throw share.holding.kind.exceeded();
    }
  }

  /**
   * Why an account can't have more: its client has enough, or all of them together.
   *
   * @param message for the latter
   */
  static ApiError lacking(Account account, String message) {
    return account.lacking() instanceof Share share
        ? share.holding.kind.exceeded()
        : new ApiError(StatusCodes.TOO_MANY_REQUESTS, "overloaded", message);
  }

  /**
   * A client is about to use a namespace that may be new. Namespaces stay for good, so what counts
   * is how many come.
   *
   * @throws ApiError if it has made too many
   */
  synchronized void names(String client, String namespace) {
    if (named.get(namespace) != null) {
      return; // others of its first requests are under way
    }
    if (namespaces.isPresent() && namespaces.get().isExceeded(client)) {
      throw Kind.NAMESPACES.exceeded();
    }
    named.put(namespace, true);
  }
}
