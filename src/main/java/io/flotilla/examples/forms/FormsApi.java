package io.flotilla.examples.forms;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.OutcomeUnknownException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The original's REST API, with exactly its paths, JSON keys and messages. Where the original
 * defines no answer, it is status {@code error} with a reason.
 */
final class FormsApi {
  private static final int MAX_BODY_BYTES = 500_000;
  private static final int THREADS = 32;
  private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}_.-]{1,64}");

  private static final String EXISTS = "El registro ya existe en el sistema.";
  private static final String MISSING = "El registro No existe en el sistema.";
  private static final String CREATED = "Registro ingresado correctamente.";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** A request that can't be served, with the reason for the client. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }
  }

  private interface Handler {
    void handle(HttpExchange exchange, String argument) throws IOException;
  }

  private final FormStore store;

  FormsApi(FormStore store) {
    this.store = store;
  }

  HttpServer start(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "forms");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    route(server, "GET", "/API/VerificaFormularioDuplicado/", this::verify);
    route(server, "POST", "/API/IngresarFormulario", this::create);
    route(server, "GET", "/API/ObtenerUnFormulario/", this::one);
    route(server, "GET", "/API/ObtenerTodosLosFormularios", this::all);
    route(server, "GET", "/API/ObtenerGeneros/", this::ofGender);
    server.createContext(
        "/", exchange -> message(exchange, 404, "error", "No existe esta operación."));
    server.start();
    return server;
  }

  private static void route(HttpServer server, String method, String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try {
            if (!exchange.getRequestMethod().equals(method)) {
              throw new Refused(405, "Esta operación se pide con " + method + ".");
            }
            String all = exchange.getRequestURI().getPath();
            handler.handle(exchange, all.substring(path.length()));
          } catch (Refused refused) {
            message(exchange, refused.status, "error", refused.getMessage());
          } catch (OutcomeUnknownException e) {
            message(exchange, 503, "error", "No se sabe si el registro fue ingresado: verifique.");
          } catch (FlotillaException e) {
            message(exchange, 503, "error", "El almacenamiento no responde; intente más tarde.");
          }
        });
  }

  private void verify(HttpExchange exchange, String id) throws IOException {
    boolean exists = store.exists(valid(id));
    message(exchange, 200, exists ? "error" : "ok", exists ? EXISTS : MISSING);
  }

  private void create(HttpExchange exchange, String rest) throws IOException {
    if (!rest.isEmpty()) {
      throw new Refused(404, "No existe esta operación.");
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      throw new Refused(413, "El formulario tiene más de " + MAX_BODY_BYTES + " bytes.");
    }
    JsonNode form = parse(body);
    boolean created =
        store.create(valid(form.path("id").asText("")), form, JSON.writeValueAsBytes(form));
    message(exchange, 200, created ? "ok" : "error", created ? CREATED : EXISTS);
  }

  private static JsonNode parse(byte[] body) {
    JsonNode form;
    try {
      form = JSON.readTree(body);
    } catch (IOException e) {
      throw new Refused(400, "El cuerpo no es JSON válido.");
    }
    if (form == null || !form.isObject()) {
      throw new Refused(400, "Falta el formulario: se espera un objeto JSON.");
    }
    if (!form.path("id").isTextual() && !form.path("id").isIntegralNumber()) {
      throw new Refused(400, "Falta el campo id.");
    }
    return form;
  }

  private static String valid(String id) {
    if (!ID.matcher(id).matches()) {
      throw new Refused(400, "El id no es válido: de 1 a 64 letras, dígitos, puntos o guiones.");
    }
    return id;
  }

  private void one(HttpExchange exchange, String id) throws IOException {
    byte[] form = store.get(valid(id)).orElseThrow(() -> new Refused(404, MISSING));
    answer(exchange, 200, form);
  }

  private void all(HttpExchange exchange, String rest) throws IOException {
    if (!rest.isEmpty() && !rest.startsWith("/")) {
      throw new Refused(404, "No existe esta operación.");
    }
    Page page = Page.of(exchange);
    list(exchange, to -> store.all(page.from(), page.size(), to));
  }

  private void ofGender(HttpExchange exchange, String gender) throws IOException {
    if (gender.isBlank() || gender.contains("/")) {
      throw new Refused(400, "Falta el género.");
    }
    Page page = Page.of(exchange);
    list(exchange, to -> store.ofGender(gender, page.from(), page.size(), to));
  }

  /** A page of a list, as in {@code ?pagina=2&tamano=1000}; without them, everything. */
  private record Page(long from, long size) {
    private static final long USUAL = 1_000;

    static Page of(HttpExchange exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      long number = 0;
      long size = USUAL;
      for (String pair : query == null ? new String[0] : query.split("&")) {
        if (pair.startsWith("pagina=")) {
          number = positive(pair.substring(7));
        } else if (pair.startsWith("tamano=")) {
          size = positive(pair.substring(7));
        }
      }
      return number == 0 ? new Page(0, Long.MAX_VALUE) : new Page((number - 1) * size, size);
    }

    private static long positive(String text) {
      try {
        int value = Integer.parseInt(URLDecoder.decode(text, StandardCharsets.UTF_8));
        if (value > 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        // reported below
      }
      throw new Refused(400, "La página y su tamaño son números desde 1.");
    }
  }

  private interface Listing {
    void send(FormStore.Receiver to) throws IOException;
  }

  /** The answer starts with the first form; a failure after that cuts it off. */
  private static void list(HttpExchange exchange, Listing listing) throws IOException {
    Stream stream = new Stream(exchange);
    listing.send(stream);
    stream.end();
  }

  private static final class Stream implements FormStore.Receiver {
    private final HttpExchange exchange;
    private OutputStream out;

    Stream(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void form(byte[] json) throws IOException {
      begin(',');
      out.write(json);
    }

    private void begin(char joint) throws IOException {
      if (out == null) {
        head(exchange, 200, 0);
        out = exchange.getResponseBody();
        out.write('[');
      } else {
        out.write(joint);
      }
    }

    void end() throws IOException {
      if (out == null) {
        begin(',');
      }
      out.write(']');
      out.close();
    }
  }

  private static void message(HttpExchange exchange, int http, String status, String message)
      throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("status", status);
    fields.put("message", message);
    answer(exchange, http, JSON.writeValueAsBytes(fields));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    head(exchange, status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void head(HttpExchange exchange, int status, long length) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, length);
  }
}
