package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/**
 * The topics of one namespace: many publish, many subscribe. Messages are kept in the memory of one
 * node, for a while; what must not be lost belongs into keys.
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
   * @param id comes once for each subscriber; the messages of a topic have one order
   */
  public record Message(String id, byte[] data) {
    public String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  /** Who subscribes. Called on the subscription's own thread. */
  @FunctionalInterface
  public interface Listener {
    void message(Message message);

    /**
     * Messages before this one may be missing: they are no longer kept, or the topic has moved to
     * another node. The subscription goes on with it.
     */
    default void gap(String oldest) {}

    /** The server refuses the subscription: it has ended. */
    default void refused(FlotillaException reason) {}
  }

  public CompletableFuture<String> publish(String topic, String message) {
    return publish(topic, message.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Publishes a message.
   *
   * @param message at most 256 KiB
   * @return its id, once the topic has it
   */
  public CompletableFuture<String> publish(String topic, byte[] message) {
    return transport
        .send(Call.write("POST", path(topic), message))
        .thenApply(a -> Json.read(a.expect(200), PUBLISHED).id());
  }

  /** Every message from now on. */
  public Subscription subscribe(String topic, Listener listener) {
    return subscribe(topic, null, listener);
  }

  /**
   * Every message after one, as far as they are kept; also when addresses fail meanwhile.
   *
   * @param after the id of a message; null: from now on
   */
  public Subscription subscribe(String topic, String after, Listener listener) {
    return new Subscription(transport, path(topic), after, listener);
  }

  private String path(String topic) {
    return Path.of("/v1/topics/", topic).add("ns", namespace).toString();
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
        case "gap" -> listener.gap(Json.text(event.data(), "Oldest"));
        default -> {} // start; slow, after which it goes on elsewhere
      }
      return true;
    }

    /** The id after which another subscription would go on; null before the first event. */
    public String lastId() {
      return source.lastId();
    }

    /** Waits until it has ended. */
    public void join() throws InterruptedException {
      thread.join();
    }

    @Override
    public void close() {
      source.close();
      thread.interrupt();
    }
  }
}
