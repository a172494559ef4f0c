package io.flotilla.entity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gateway's batch under way, with those who wait for it. Equal reads share a place in it. */
final class SentBatch {
  private static final long FIRST_RESEND_NANOS = Duration.ofMillis(300).toNanos();

  /** The longer no answer comes, the busier the entity may be, and it has to keep them all. */
  private static final long MAX_RESEND_NANOS = Duration.ofSeconds(2).toNanos();

  final long number;
  final List<Operation<?>> ops = new ArrayList<>();
  final List<List<Gateway.Request>> askers = new ArrayList<>();
  private final Map<Operation<?>, Integer> readPlaces = new HashMap<>();
  Result[] results = {};
  long bytes;
  private int attempt;
  private int answeringAttempt;
  private int partsSeen;
  private long sentNanos;
  private long resendAfterNanos = FIRST_RESEND_NANOS;

  SentBatch(long number) {
    this.number = number;
  }

  /** Returns the number of the attempt that begins. */
  int begin(long now) {
    sentNanos = now;
    return ++attempt;
  }

  boolean isOverdue(long now) {
    return now - sentNanos > resendAfterNanos;
  }

  void waitLonger() {
    resendAfterNanos = Math.min(2 * resendAfterNanos, MAX_RESEND_NANOS);
  }

  void waitShortly() {
    resendAfterNanos = FIRST_RESEND_NANOS;
  }

  void add(Gateway.Request request) {
    Operation<?> op = request.op();
    Integer place = op.writes() ? null : readPlaces.putIfAbsent(op, ops.size());
    if (place == null) {
      ops.add(op);
      askers.add(new ArrayList<>(1));
      place = ops.size() - 1;
    }
    askers.get(place).add(request);
  }

  /** Takes the next part of an answer; false if it is not the one that is missing. */
  boolean take(Gateway.Answered answer) {
    if (answer.part() == 0) {
      answeringAttempt = answer.attempt();
      partsSeen = 0;
      results = new Result[ops.size()];
    }
    if (answer.attempt() != answeringAttempt || answer.part() != partsSeen) {
      return false;
    }
    partsSeen++;
    for (Gateway.Piece piece : answer.pieces()) {
      results[piece.op()] = piece.result();
    }
    return true;
  }

  /** The code of the refusal when there is no answer to an operation. */
  private String codeWithoutAnswer(int op) {
    return ops.get(op).writes() ? "outcome-unknown" : "unavailable";
  }

  /** Nobody will get an answer. */
  void refuse() {
    for (int i = 0; i < ops.size(); i++) {
      String code = codeWithoutAnswer(i);
      askers.get(i).forEach(r -> Gateway.refuse(r, code));
    }
  }

  /** Gives up the requests whose time is over. */
  void giveUp(long now) {
    for (int i = 0; i < ops.size(); i++) {
      String code = codeWithoutAnswer(i);
      askers.get(i).removeIf(r -> Gateway.giveUp(r, now, code));
    }
  }

  boolean isWaitedFor() {
    return askers.stream().anyMatch(a -> !a.isEmpty());
  }
}
