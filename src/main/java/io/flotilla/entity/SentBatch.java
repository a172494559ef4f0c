package io.flotilla.entity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gateway's batch under way, with those who wait for it. Equal reads share a place in it. */
final class SentBatch {
  final long number;
  final List<Operation<?>> ops = new ArrayList<>();
  final List<List<Gateway.Request>> askers = new ArrayList<>();
  private final Map<Operation<?>, Integer> readPlaces = new HashMap<>();
  Result[] results = {};
  int attempt;
  private int answeringAttempt;
  private int partsSeen;
  long sentNanos;
  long resendAfterNanos;

  SentBatch(long number, long resendAfterNanos) {
    this.number = number;
    this.resendAfterNanos = resendAfterNanos;
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
  String codeWithoutAnswer(int op) {
    return ops.get(op).writes() ? "outcome-unknown" : "unavailable";
  }

  boolean isWaitedFor() {
    return askers.stream().anyMatch(a -> !a.isEmpty());
  }
}
