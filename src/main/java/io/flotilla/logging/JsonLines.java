package io.flotilla.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes each message as a line with one JSON object. Logback's own encoder would write the stack
 * trace of every exception, and not as {@link Problem} shows it.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NONE = new byte[0];

  private final JsonFactory json = new JsonFactory();
  private final Problem problem = new Problem();

  @Override
  public void start() {
    problem.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return NONE;
  }

  @Override
  public byte[] footerBytes() {
    return NONE;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator object = json.createGenerator(line)) {
      object.writeStartObject();
      object.writeStringField("time", event.getInstant().toString());
      object.writeStringField("level", event.getLevel().toString());
      object.writeStringField("logger", event.getLoggerName());
      object.writeStringField("thread", event.getThreadName());
      object.writeStringField("message", event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        object.writeStringField("problem", problem.told(event));
      }
      object.writeEndObject();
      object.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toByteArray();
  }
}
