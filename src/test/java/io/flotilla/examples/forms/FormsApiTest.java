package io.flotilla.examples.forms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FormsApiTest {
  private static final TestServer SERVER = new TestServer();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXISTS =
      "{\"status\":\"error\",\"message\":\"El registro ya existe en el sistema.\"}";
  private static final String CREATED =
      "{\"status\":\"ok\",\"message\":\"Registro ingresado correctamente.\"}";

  private final List<HttpServer> instances = new ArrayList<>();
  private final Flotilla flotilla =
      PatientClient.connect(SERVER.base().replace("http://", "").replace("/v1", ""));

  @BeforeEach
  void two_instances_on_one_namespace() throws IOException {
    String namespace = UUID.randomUUID().toString();
    for (int i = 0; i < 2; i++) {
      FormsApi api = new FormsApi(new FormStore(flotilla.kv(namespace)));
      instances.add(api.start(new InetSocketAddress("127.0.0.1", 0)));
    }
  }

  @AfterEach
  void stop() {
    instances.forEach(i -> i.stop(0));
    flotilla.close();
  }

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private HttpRequest.Builder request(int instance, String path) {
    int port = instances.get(instance).getAddress().getPort();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/API/" + path));
  }

  private String get(int instance, String path) {
    return send(request(instance, path).build()).join();
  }

  private CompletableFuture<String> send(HttpRequest request) {
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  private CompletableFuture<String> post(int instance, String form) {
    return send(
        request(instance, "IngresarFormulario")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  @Test
  void a_form_is_kept_with_all_its_fields_and_seen_by_every_instance() throws IOException {
    String form =
        "{\"id\":\"1234567890\",\"nombres\":\"Íñigo\",\"edad\":30,\"más\":{\"a\":[1.50,null]}}";
    assertThat(post(0, form).join()).isEqualTo(CREATED);
    assertThat(JSON.readTree(get(1, "ObtenerUnFormulario/1234567890")))
        .isEqualTo(JSON.readTree(form));
  }

  @Test
  void a_duplicate_is_told_in_the_words_of_the_source() {
    assertThat(get(0, "VerificaFormularioDuplicado/7"))
        .isEqualTo("{\"status\":\"ok\",\"message\":\"El registro No existe en el sistema.\"}");
    assertThat(post(0, "{\"id\":\"7\"}").join()).isEqualTo(CREATED);
    assertThat(get(1, "VerificaFormularioDuplicado/7")).isEqualTo(EXISTS);
    assertThat(post(1, "{\"id\":\"7\"}").join()).isEqualTo(EXISTS);
  }

  @Test
  void of_fifty_at_once_with_one_id_exactly_one_succeeds() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(post(i % 2, "{\"id\":\"9\",\"nombres\":\"" + i + "\"}"));
    }
    List<String> all = answers.stream().map(CompletableFuture::join).toList();
    assertThat(all).filteredOn(CREATED::equals).hasSize(1);
    assertThat(all).filteredOn(EXISTS::equals).hasSize(49);
  }

  @Test
  void forms_are_found_by_gender() throws IOException {
    post(0, "{\"id\":\"1\",\"genero\":\"Masculino\"}").join();
    post(0, "{\"id\":\"2\",\"genero\":\"Femenino\"}").join();
    post(0, "{\"id\":\"3\",\"genero\":\"masculino\"}").join();
    JsonNode found = JSON.readTree(get(1, "ObtenerGeneros/Masculino"));
    assertThat(found.findValuesAsText("id")).containsExactly("1", "3");
    assertThat(get(1, "ObtenerGeneros/Otro")).isEqualTo("[]");
  }

  @Test
  void all_forms_are_listed_also_beyond_a_thousand_and_in_pages() throws IOException {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      answers.add(post(i % 2, String.format("{\"id\":\"%05d\"}", i)));
      if (i % 50 == 49) {
        answers.forEach(CompletableFuture::join);
      }
    }
    assertThat(JSON.readTree(get(0, "ObtenerTodosLosFormularios/*"))).hasSize(1_100);
    JsonNode second = JSON.readTree(get(0, "ObtenerTodosLosFormularios/*?pagina=2"));
    assertThat(second).hasSize(100);
    assertThat(second.path(0).path("id").asText()).isEqualTo("01000");
  }

  @Test
  void what_is_malformed_is_refused_with_a_reason() throws IOException {
    for (String form :
        List.of("", "{", "[]", "{}", "{\"id\":\"\"}", "{\"id\":\"a/b\"}", "{\"id\":null}")) {
      JsonNode answer = JSON.readTree(post(0, form).join());
      assertThat(answer.path("status").asText()).as(form).isEqualTo("error");
      assertThat(answer.path("message").asText()).isNotEmpty();
    }
    assertThat(get(0, "ObtenerTodosLosFormularios/*")).isEqualTo("[]");
    assertThat(JSON.readTree(get(0, "ObtenerUnFormulario/none")).path("status").asText())
        .isEqualTo("error");
  }
}
