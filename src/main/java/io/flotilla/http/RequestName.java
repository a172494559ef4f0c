package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a request is called in its answer ({@code X-Request-Id}) and in the log: as its client calls
 * it or, without a name that can be shown, as this node does. Repeats are recognised by another
 * header, {@link Requests#REQUEST_ID}.
 */
final class RequestName {
  static final String HEADER = "X-Request-Id";
  private static final int MOST = 128;
  private static final AttributeKey<String> KEY = AttributeKey.create("name", String.class);

  private final String prefix = Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-";
  private final AtomicLong number = new AtomicLong();

  HttpRequest give(HttpRequest request) {
    String name =
        request
            .getHeader(HEADER)
            .map(HttpHeader::value)
            .filter(RequestName::isShowable)
            .orElseGet(() -> prefix + number.incrementAndGet());
    return request.addAttribute(KEY, name);
  }

  private static boolean isShowable(String name) {
    return !name.isEmpty()
        && name.length() <= MOST
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  static String of(HttpRequest request) {
    return request.getAttribute(KEY).orElse("-");
  }

  /** Says it, unless what is behind a proxied request has. */
  static HttpResponse tell(HttpRequest request, HttpResponse answer) {
    return answer.getHeader(HEADER).isPresent()
        ? answer
        : answer.addHeader(RawHeader.create(HEADER, of(request)));
  }
}
