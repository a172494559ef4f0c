package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.Chromium;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a node that asks for tokens; skipped where there is no Chromium. */
class UiTokenTest {
  private static final String ROOT = "of-the-node";

  @TempDir Path dir;
  private Chromium browser;

  @Test
  void the_page_asks_for_a_token_once_and_forgets_a_wrong_one() throws IOException {
    assumeTrue(Chromium.isInstalled(), "no Chromium here");
    try (TestServer server =
            new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ROOT));
        Chromium chromium = new Chromium(dir.resolve("profile"), "--lang=en-US")) {
      browser = chromium;
      String page = "http://127.0.0.1:" + URI.create(server.base()).getPort() + "/ui/#keys/app%2F";
      server.sendTo("PUT", "/v1/kv/app/colour?token=" + ROOT, "green");
      browser.open(page);
      answer("11111111-2222-3333-4444-555555555555");
      answer(ROOT);
      await().until(() -> js("document.querySelector('.rows').textContent").contains("colour"));
      assertThat(js("sessionStorage.getItem('token')")).isEqualTo(ROOT);
      assertThat(js("document.cookie + JSON.stringify(localStorage)")).doesNotContain(ROOT);
      js("location.reload()");
      await()
          .ignoreExceptions()
          .until(() -> js("document.querySelector('.rows').textContent").contains("colour"));
      assertThat(js("document.querySelectorAll('dialog').length")).isEqualTo("0");
    }
  }

  private String js(String expression) throws IOException {
    return browser.js(expression);
  }

  /** Types it when it is asked for. */
  private void answer(String token) throws IOException {
    String field = "document.querySelector('dialog[open] [name=token]')";
    await().ignoreExceptions().until(() -> js(field + ".value").isEmpty());
    js(
        "(() => { "
            + field
            + ".value = '"
            + token
            + "'; "
            + field
            + ".form.querySelector('.primary').click(); })()");
  }
}
