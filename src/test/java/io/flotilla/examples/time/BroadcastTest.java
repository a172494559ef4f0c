package io.flotilla.examples.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Broadcast broadcast;

  BroadcastTest() throws IOException {
    broadcast = new Broadcast(new InetSocketAddress("127.0.0.1", 0), 2);
  }

  @AfterEach
  void end() {
    broadcast.close();
  }

  private HttpResponse<InputStream> request(String method) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + broadcast.address().getPort() + "/");
    return http.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private BufferedReader connect() throws Exception {
    return new BufferedReader(new InputStreamReader(request("GET").body(), StandardCharsets.UTF_8));
  }

  private void awaitClients(int n) {
    Awaitility.await().until(() -> broadcast.clients() == n);
  }

  @Test
  void every_client_gets_every_line_once_and_in_the_end_the_end() throws Exception {
    try (BufferedReader a = connect();
        BufferedReader b = connect()) {
      awaitClients(2);
      broadcast.send("TIME 1");
      broadcast.send("TIME 2");
      for (BufferedReader client : new BufferedReader[] {a, b}) {
        assertThat(client.readLine()).isEqualTo("TIME 1");
        assertThat(client.readLine()).isEqualTo("TIME 2");
      }
      broadcast.send("TIME 3");
      broadcast.close();
      assertThat(a.readLine()).isEqualTo("TIME 3");
      assertThat(a.readLine()).isNull();
    }
  }

  @Test
  void a_client_that_does_not_read_is_cut_off_and_holds_up_nobody() throws Exception {
    String line = "x".repeat(100_000);
    try (BufferedReader lazy = connect();
        BufferedReader busy = connect()) {
      awaitClients(2);
      for (int i = 0; broadcast.clients() == 2; i++) {
        assertThat(i).as("lines until it is cut off").isLessThan(100_000);
        broadcast.send(line);
        assertThat(busy.readLine()).isEqualTo(line);
      }
      broadcast.send("still here");
      assertThat(busy.readLine()).isEqualTo("still here");
      assertThat(broadcast.clients()).isEqualTo(1);
    }
  }

  @Test
  void there_is_a_limit_of_clients_and_a_place_becomes_free() throws Exception {
    BufferedReader first = connect();
    try (BufferedReader second = connect()) {
      awaitClients(2);
      assertThat(request("GET").statusCode()).isEqualTo(503);
      assertThat(request("POST").statusCode()).isEqualTo(405);
      first.close();
      // A client that is gone is noticed at the next message.
      Awaitility.await()
          .until(
              () -> {
                broadcast.send("x");
                return broadcast.clients() == 1;
              });
      try (InputStream third = request("GET").body()) {
        awaitClients(2);
      }
      assertThat(second.readLine()).isEqualTo("x");
    }
  }
}
