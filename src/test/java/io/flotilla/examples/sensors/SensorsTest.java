package io.flotilla.examples.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flotilla.client.Flotilla;
import io.flotilla.client.PatientClient;
import io.flotilla.http.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SensorsTest {
  private static final Duration TTL = Duration.ofMinutes(1);

  @Test
  void the_average_is_of_the_sensors_that_live() {
    try (TestServer server = new TestServer();
        Flotilla flotilla =
            PatientClient.connect(server.base().replace("http://", "").replace("/v1", ""));
        Measurement one = new Measurement(flotilla, "1", TTL);
        Measurement two = new Measurement(flotilla, "2", TTL)) {
      assertThat(Average.of(flotilla.kv())).isEmpty();
      assertThat(one.publish(75)).isTrue();
      assertThat(two.publish(76)).isTrue();
      assertThat(Average.of(flotilla.kv())).hasValue(75.5);
      assertThat(one.publish(80)).isTrue();
      two.close();
      assertThat(Average.of(flotilla.kv())).hasValue(80);
      flotilla.kv().set("mediciones/other", "no number").join();
      assertThat(Average.of(flotilla.kv())).hasValue(80);
    }
  }

  @Test
  void the_api_lists_what_it_received_and_refuses_what_is_no_number()
      throws IOException, InterruptedException {
    HttpServer api = new SensorApi().start(new InetSocketAddress("127.0.0.1", 0));
    try {
      String base = "http://127.0.0.1:" + api.getAddress().getPort();
      assertThat(get(base + "/nuevo?dato=75.5").statusCode()).isEqualTo(200);
      assertThat(get(base + "/nuevo?dato=x").statusCode()).isEqualTo(400);
      assertThat(get(base + "/nuevo").statusCode()).isEqualTo(400);
      assertThat(get(base + "/listar").body()).startsWith("[{").contains("\"dato\":75.5}]");
      assertThat(get(base + "/").body()).contains("<svg");
    } finally {
      api.stop(0);
    }
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
