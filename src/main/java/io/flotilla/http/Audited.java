package io.flotilla.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Query;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.audit.AuditLog;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Notes requests in the audit log. An answer leaves once its line is written, and nothing is
 * changed for which there is no room: so nobody is told of a change that is not in the log.
 */
final class Audited {
  private static final Set<HttpMethod> READS =
      Set.of(HttpMethods.GET, HttpMethods.HEAD, HttpMethods.OPTIONS);

  private static final int FORBIDDEN = 403;
  private static final AttributeKey<Boolean> OF_NOTE =
      AttributeKey.create("of-note", Boolean.class);

  private final ActorSystem<?> system;
  private final AuditLog log;
  private final boolean reads;
  private final Clock clock;

  /**
   * @param reads whether requests that change nothing are noted even if they were not refused
   */
  Audited(ActorSystem<?> system, AuditLog log, boolean reads, Clock clock) {
    this.system = system;
    this.log = log;
    this.reads = reads;
    this.clock = clock;
  }

  /**
   * One line.
   *
   * @param params names of the parameters; their values may be secrets
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Line(
      @JsonProperty("time") String time,
      @JsonProperty("who") String who,
      @JsonProperty("from") String from,
      @JsonProperty("method") String method,
      @JsonProperty("path") String path,
      @JsonProperty("params") List<String> params,
      @JsonProperty("ns") String namespace,
      @JsonProperty("request") String request,
      @JsonProperty("status") int status,
      @JsonProperty("error") String error) {}

  /** An answer that has a line even where reads have none: it gives away everything. */
  static HttpResponse ofNote(HttpResponse answer) {
    return answer.addAttribute(OF_NOTE, true);
  }

  private static boolean isOfNote(HttpResponse answer) {
    return answer.getAttribute(OF_NOTE).isPresent();
  }

  CompletionStage<HttpResponse> answer(
      HttpRequest request, Function<HttpRequest, CompletionStage<HttpResponse>> router) {
    if (OperationsRoutes.isOpen(request)) {
      return router.apply(request);
    }
    boolean reading = READS.contains(request.method());
    if (!reading && !log.takePlace()) {
      return CompletableFuture.completedFuture(unwritten(request, "unavailable"));
    }
    String who = Client.of(request).identity().who();
    return router
        .apply(request)
        .thenCompose(
            answer ->
                reading
                    ? readAnswer(request, who, answer)
                    : written(request, who, answer, "outcome-unknown"));
  }

  /** It may have waited for long, and needed no place meanwhile. */
  private CompletionStage<HttpResponse> readAnswer(
      HttpRequest request, String who, HttpResponse answer) {
    boolean noted = reads || answer.status().intValue() == FORBIDDEN || isOfNote(answer);
    if (!noted) {
      return CompletableFuture.completedFuture(answer);
    }
    return log.takePlace()
        ? written(request, who, answer, "unavailable")
        : CompletableFuture.completedFuture(instead(request, answer, "unavailable"));
  }

  private CompletionStage<HttpResponse> written(
      HttpRequest request, String who, HttpResponse answer, String otherwise) {
    return log.write(Json.bytes(line(request, who, answer)))
        .handle((done, failure) -> failure == null ? answer : instead(request, answer, otherwise));
  }

  private HttpResponse instead(HttpRequest request, HttpResponse answer, String code) {
    answer.discardEntityBytes(system);
    return unwritten(request, code);
  }

  private static HttpResponse unwritten(HttpRequest request, String code) {
    return new ApiError(
            StatusCodes.SERVICE_UNAVAILABLE,
            code,
            "This node can't write its audit log, so it answers nothing; its log says why.")
        .answer(request);
  }

  private Line line(HttpRequest request, String who, HttpResponse answer) {
    Secret secret = new Secret(Access.secret(request));
    UnaryOperator<String> shown = text -> secret.isIn(text) ? "<hidden>" : text;
    Optional<Refused> refused = Refused.of(request);
    Query query = request.getUri().query();
    return new Line(
        clock.instant().toString(),
        who,
        Client.of(request).address(),
        refused.map(Refused::method).orElseGet(() -> request.method().value()),
        shown.apply(refused.map(Refused::path).orElseGet(() -> RequestTarget.path(request))),
        query.toList().stream().map(parameter -> shown.apply(parameter.first())).toList(),
        query.get("ns").map(shown).orElse(""),
        request.getHeader(Requests.REQUEST_ID).map(HttpHeader::value).map(shown).orElse(""),
        answer.status().intValue(),
        ApiError.code(answer));
  }
}
