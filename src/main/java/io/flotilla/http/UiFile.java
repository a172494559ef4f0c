package io.flotilla.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the dashboard, from the jar. A browser keeps it and asks each time whether it has
 * changed, so that the modules of one version are never mixed with those of another.
 *
 * @param tag changes with the content
 */
record UiFile(ContentType type, byte[] plain, byte[] gzipped, String tag) {
  private static final Map<String, ContentType> TYPES =
      Map.of(
          "html", ContentTypes.TEXT_HTML_UTF8,
          "css", ContentTypes.parse("text/css; charset=utf-8"),
          "js", ContentTypes.parse("text/javascript; charset=utf-8"),
          "svg", ContentTypes.parse("image/svg+xml"));

  private static final List<HttpHeader> ALWAYS =
      List.of(
          RawHeader.create("Cache-Control", "no-cache"),
          RawHeader.create("Vary", "Accept-Encoding"),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"),
          RawHeader.create("Referrer-Policy", "no-referrer"));

  static UiFile load(String name) {
    try (InputStream in = UiFile.class.getResourceAsStream("/ui/" + name)) {
      byte[] plain = in.readAllBytes();
      ByteArrayOutputStream smaller = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(smaller)) {
        gzip.write(plain);
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain);
      String tag = HexFormat.of().formatHex(digest, 0, 12);
      ContentType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new UiFile(type, plain, smaller.toByteArray(), tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse answer(HttpRequest request) {
    boolean small = listed(request, "Accept-Encoding").anyMatch("gzip"::equals);
    String version = '"' + tag + (small ? "-gzip" : "") + '"';
    HttpResponse answer =
        HttpResponse.create().addHeaders(ALWAYS).addHeader(RawHeader.create("ETag", version));
    if (listed(request, "If-None-Match").anyMatch(version::equals)) {
      return answer.withStatus(StatusCodes.NOT_MODIFIED);
    }
    return small
        ? answer
            .addHeader(RawHeader.create("Content-Encoding", "gzip"))
            .withEntity(HttpEntities.create(type, gzipped))
        : answer.withEntity(HttpEntities.create(type, plain));
  }

  private static Stream<String> listed(HttpRequest request, String header) {
    Optional<String> value = request.getHeader(header).map(HttpHeader::value);
    return value.stream().flatMap(all -> Arrays.stream(all.split(","))).map(String::strip);
  }
}
