package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/**
 * The topics of one namespace: messages from many publishers to all subscribers. They are kept only
 * in the memory of one node, the latest 1,024 of a topic and at most 4 MiB by default; what must
 * not be lost belongs in keys. A topic's name has 1 to 512 bytes of UTF-8.
 *
 * <p>Futures fail with a {@link FlotillaException}, whose page lists the codes. Immutable and
 * thread-safe.
 */
public final class Topics {
  private static final TypeReference<Published> PUBLISHED = new TypeReference<>() {};

  private record Published(String id) {}

  private final Transport transport;
  private final String namespace;

  Topics(Transport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  /**
   * A message as a subscriber receives it. Two messages are equal only if they share the array of
   * the data.
   *
   * @param id unique in the topic; every subscriber receives it once at most, and all in the same
   *     order
   * @param data at most 256 KiB; treat it as read-only
   */
  public record Message(String id, byte[] data) {
    /** {@return the data read as UTF-8} */
    public String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  /**
   * Receives messages. Called on the subscription's own thread, which an exception from here ends.
   * A listener that is slower than the publishers delays nobody else, but may miss messages.
   */
  @FunctionalInterface
  public interface Listener {
    /**
     * A message has come.
     *
     * @param message after the one before it, unless a gap was reported between
     */
    void message(Message message);

    /**
     * Messages may be missing: they are no longer kept, or the topic has moved to another node. The
     * subscription continues.
     *
     * @param oldest the id of the next message that can be had
     */
    default void gap(String oldest) {}

    /**
     * The server refuses the subscription, which has ended.
     *
     * @param reason such as {@code bad-parameter} if {@code after} is not an id
     */
    default void refused(FlotillaException reason) {}
  }

  /**
   * Publishes a message, as {@link #publish(String, byte[])} does.
   *
   * @param topic its name
   * @param message sent as UTF-8
   * @return its id, once the topic has it
   */
  public CompletableFuture<String> publish(String topic, String message) {
    return publish(topic, message.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Publishes a message. If the topic moves to another node meanwhile, it may be published twice,
   * with a gap between.
   *
   * @param topic its name
   * @param message at most 256 KiB
   * @return its id, once the topic has it. If the outcome is unknown, subscribers may have received
   *     it or not, and publishing it again may deliver it twice
   */
  public CompletableFuture<String> publish(String topic, byte[] message) {
    return transport
        .send(Call.write("POST", path(topic), message))
        .thenApply(a -> Jackson.read(a.expect(200), PUBLISHED).id());
  }

  /**
   * Subscribes to every message from now on.
   *
   * @param topic its name
   * @param listener receives the messages
   * @return the subscription, which has started; close it
   */
  public Subscription subscribe(String topic, Listener listener) {
    return subscribe(topic, null, listener);
  }

  /**
   * Subscribes to every message after a given one, as far as they are kept. If an address fails,
   * the subscription continues at the next.
   *
   * @param topic its name
   * @param after the id of a message; null: from now on
   * @param listener receives the messages
   * @return the subscription, which has started; close it
   */
  public Subscription subscribe(String topic, String after, Listener listener) {
    return new Subscription(transport, path(topic), after, listener);
  }

  private String path(String topic) {
    return UrlPath.of("/v1/topics/", topic).add("ns", namespace).toString();
  }

  /** Receives messages in the background until it is closed. */
  public static final class Subscription implements AutoCloseable {
    private final Listener listener;
    private final EventSource source;
    private final Thread thread;

    private Subscription(Transport transport, String path, String after, Listener listener) {
      this.listener = listener;
      this.source = new EventSource(transport, path, after, this::hand);
      this.thread = new Thread(this::run, "flotilla-topic");
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      try {
        source.run();
      } catch (FlotillaException e) {
        listener.refused(e);
      } catch (InterruptedException e) {
        // closed
      }
    }

    private boolean hand(EventSource.Event event) {
      switch (event.name()) {
        case "message" ->
            listener.message(
                new Message(event.id(), event.data().getBytes(StandardCharsets.UTF_8)));
        case "base64" ->
            listener.message(new Message(event.id(), Base64.getDecoder().decode(event.data())));
        case "gap" -> listener.gap(Jackson.text(event.data(), "Oldest"));
        default -> {} // start; slow, after which it continues elsewhere
      }
      return true;
    }

    /** {@return the id after which another subscription would continue; null before the first} */
    public String lastId() {
      return source.lastId();
    }

    /**
     * Waits until the subscription has ended: closed, or refused by the server.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public void join() throws InterruptedException {
      thread.join();
    }

    /** Ends the subscription. A call of the listener that is under way is not awaited. */
    @Override
    public void close() {
      source.close();
      thread.interrupt();
    }
  }
}
