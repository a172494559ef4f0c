package io.flotilla.it;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Clients that keep their connections, and send nothing twice: two for each node write 0, 1, 2 ...
 * to keys of their own. One goes to the next node only if its own refuses connections, so that
 * nothing was sent.
 */
final class LoyalClients implements AutoCloseable {
  private static final int PER_NODE = 2;
  private static final long PAUSE_MILLIS = 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(RealCluster.PATIENCE)
          .build();
  private final RealCluster cluster;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Client> clients = new ArrayList<>();
  private volatile boolean over;

  /** Each has written when this returns. */
  static LoyalClients start(RealCluster cluster) {
    LoyalClients all = new LoyalClients(cluster);
    for (int i = 0; i < PER_NODE * cluster.size(); i++) {
      Client client = all.new Client(i);
      all.clients.add(client);
      client.start();
    }
    all.awaitMore();
    return all;
  }

  private LoyalClients(RealCluster cluster) {
    this.cluster = cluster;
  }

  /** Waits until each has written again. */
  void awaitMore() {
    List<Integer> before = clients.stream().map(client -> client.written).toList();
    Awaitility.await("all clients go on")
        .atMost(RealCluster.PATIENCE)
        .until(
            () ->
                !failures.isEmpty()
                    || clients.stream().allMatch(c -> c.written > before.get(c.number) + 1));
  }

  /** Ends them; returns what failed, and which acknowledged writes are missing. */
  List<String> end(int reader) throws InterruptedException {
    over = true;
    for (Client client : clients) {
      client.join(RealCluster.PATIENCE.toMillis());
      String stored = cluster.get(reader, client.path + "?raw").body();
      if (!stored.equals(Integer.toString(client.written))) {
        failures.add(client.path + " is " + stored + " instead of " + client.written);
      }
    }
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    over = true;
    clients.forEach(Thread::interrupt);
  }

  private final class Client extends Thread {
    private final int number;
    private final String path;
    private int node;

    /** The last value that was acknowledged. */
    private volatile int written = -1;

    Client(int number) {
      this.number = number;
      this.node = number % cluster.size();
      this.path = "/v1/kv/loyal/" + number;
    }

    @Override
    public void run() {
      try {
        while (!over && failures.isEmpty()) {
          write(Integer.toString(written + 1));
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      } catch (InterruptedException e) {
        // The test is over.
      }
    }

    private void write(String value) throws InterruptedException {
      URI uri = URI.create("http://" + cluster.address(node) + path);
      HttpRequest put =
          HttpRequest.newBuilder(uri)
              .timeout(RealCluster.PATIENCE)
              .PUT(BodyPublishers.ofString(value))
              .build();
      try {
        HttpResponse<String> answer = http.send(put, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          written++;
        } else {
          failures.add("n" + (node + 1) + ": " + answer.statusCode() + " " + answer.body());
        }
      } catch (ConnectException refused) {
        node = (node + 1) % cluster.size();
      } catch (IOException e) {
        failures.add("n" + (node + 1) + ": " + e);
      }
    }
  }
}
