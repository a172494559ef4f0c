package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the heads of answers. */
final class AnswerHead {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** How a client knows where the body ends, and whether there is another answer behind it. */
  record Form(boolean chunked, boolean last, boolean old) {}

  /** The same for all answers of a second. */
  private record Shown(long second, String date) {}

  private final Clock clock;
  private volatile Shown shown = new Shown(-1, "");

  /**
   * @param clock the time of day
   */
  AnswerHead(Clock clock) {
    this.clock = clock;
  }

  /** Whether the answer says itself that it is the last on its connection. */
  static boolean saysLast(HttpResponse answer) {
    for (HttpHeader header : answer.getHeaders()) {
      if (header.is("connection")) {
        return true;
      }
    }
    return false;
  }

  byte[] of(HttpResponse answer, Form form) {
    StatusCode status = answer.status();
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status.intValue()).append(' ');
    addText(head, status.reason());
    for (HttpHeader header : answer.getHeaders()) {
      if (!header.is("connection")) {
        add(head, header.name(), header.value());
      }
    }
    add(head, "Server", "flotilla");
    add(head, "Date", date());
    if (form.last()) {
      add(head, "Connection", "close");
    } else if (form.old()) {
      add(head, "Connection", "keep-alive");
    }
    if (status.allowsEntity()) {
      addBody(head, answer.entity(), form);
    }
    return head.append("\r\n\r\n").toString().getBytes(UTF_8);
  }

  private static void addBody(StringBuilder head, HttpEntity body, Form form) {
    String type = body.getContentType().toString();
    if (!type.equals("none/none")) {
      add(head, "Content-Type", type);
    }
    if (form.chunked()) {
      add(head, "Transfer-Encoding", "chunked");
    } else {
      body.getContentLengthOption()
          .ifPresent(length -> add(head, "Content-Length", Long.toString(length)));
    }
  }

  private static void add(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ");
    addText(head, value);
  }

  /** It may come from elsewhere, and must not begin another line. */
  private static void addText(StringBuilder head, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      head.append(c == '\r' || c == '\n' || c == 0 ? ' ' : c);
    }
  }

  private String date() {
    long second = clock.millis() / 1000;
    Shown now = shown;
    if (now.second() != second) {
      now = new Shown(second, DATE.format(Instant.ofEpochSecond(second)));
      shown = now;
    }
    return now.date();
  }
}
