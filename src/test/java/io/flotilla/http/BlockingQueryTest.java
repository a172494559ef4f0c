package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Queries with an index where nothing matches. A wait of 10 minutes stands for one without end. */
class BlockingQueryTest {
  private static final TestServer SERVER = new TestServer();
  private static final String WAIT = "&wait=10m&index=";

  private final String ns = "ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static CompletableFuture<HttpResponse<String>> ask(String path) {
    return CompletableFuture.supplyAsync(() -> SERVER.get(path));
  }

  private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> asked)
      throws Exception {
    return asked.get(120, TimeUnit.SECONDS);
  }

  private static long index(HttpResponse<String> response) {
    return response.headers().firstValueAsLong("X-Consul-Index").orElseThrow();
  }

  /** Asked and not answered: it is counted as waiting once it has reached the server. */
  private static CompletableFuture<HttpResponse<String>> waiting(String path) {
    int before = SERVER.store.watches();
    CompletableFuture<HttpResponse<String>> asked = ask(path);
    Awaitility.await().until(() -> SERVER.store.watches() == before + 1 || asked.isDone());
    assertThat(asked).isNotDone();
    return asked;
  }

  private void put(String key) {
    assertThat(SERVER.put("/kv/" + key + "?" + ns, "v").body()).isEqualTo("true");
  }

  @Test
  void a_missing_key_is_answered_at_once_when_its_index_is_another_than_the_one_asked()
      throws Exception {
    put("a");
    long missing = index(SERVER.get("/kv/missing?" + ns));
    put("b");
    HttpResponse<String> passed = answer(ask("/kv/missing?" + ns + WAIT + missing));
    assertThat(passed.statusCode()).isEqualTo(404);
    assertThat(index(passed)).isGreaterThan(missing);
    HttpResponse<String> foreign = answer(ask("/kv/missing?" + ns + WAIT + 1_000_000));
    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(index(foreign)).isEqualTo(index(passed));
  }

  @Test
  void a_missing_key_is_waited_for_at_its_index() throws Exception {
    put("a");
    long missing = index(SERVER.get("/kv/missing?" + ns));
    CompletableFuture<HttpResponse<String>> asked = waiting("/kv/missing?" + ns + WAIT + missing);
    put("missing");
    HttpResponse<String> there = answer(asked);
    assertThat(there.statusCode()).isEqualTo(200);
    assertThat(index(there)).isGreaterThan(missing);
  }

  @Test
  void a_folder_that_is_missing_is_waited_for_and_holds_up_nobody_who_asks_for_its_siblings()
      throws Exception {
    put("config/app/colour");
    String list = "/kv/config/app,dev/?recurse&" + ns;
    long missing = index(SERVER.get(list));
    put("elsewhere");
    CompletableFuture<HttpResponse<String>> asked = waiting(list + WAIT + missing);
    put("config/app/size");
    HttpResponse<String> woken = answer(asked);
    assertThat(woken.statusCode()).isEqualTo(404);
    assertThat(index(answer(ask(list + WAIT + missing)))).isEqualTo(index(woken));
    asked = waiting("/kv/config/app,dev/?keys&" + ns + WAIT + index(woken));
    put("config/app,dev/colour");
    assertThat(answer(asked).body()).isEqualTo("[\"config/app,dev/colour\"]");
  }

  @Test
  void an_index_of_another_cluster_is_not_waited_for_where_nothing_matches() throws Exception {
    for (String path :
        new String[] {
          "/kv/nothing/?recurse",
          "/kv/nothing/?keys",
          "/session/info/" + UUID.randomUUID() + "?",
          "/session/list?",
          "/health/service/nobody?",
          "/catalog/service/nobody?",
          "/catalog/node/nobody?",
          "/health/checks/nobody?",
          "/health/state/warning?"
        }) {
      HttpResponse<String> response = answer(ask(path + "&" + ns + WAIT + 1_000_000));
      assertThat(index(response)).as(path).isBetween(1L, 999_999L);
    }
  }

  @Test
  void where_something_matches_only_its_own_change_is_an_answer() throws Exception {
    put("config/a");
    long first = index(SERVER.get("/kv/config/?recurse&" + ns));
    put("other");
    CompletableFuture<HttpResponse<String>> list =
        waiting("/kv/config/?recurse&" + ns + WAIT + first);
    CompletableFuture<HttpResponse<String>> key = waiting("/kv/config/a?" + ns + WAIT + first);
    put("other2");
    assertThat(list).isNotDone();
    assertThat(key).isNotDone();
    SERVER.send("DELETE", "/kv/config/a?" + ns, null);
    assertThat(answer(list).statusCode()).isEqualTo(404);
    assertThat(answer(key).statusCode()).isEqualTo(404);
  }
}
