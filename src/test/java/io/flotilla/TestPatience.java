package io.flotilla;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for something that must happen, generous enough for a busy machine; passing
 * tests take no longer for it. Applies to every test class (see {@code junit-platform.properties});
 * the time-outs of Akka's test kits are in {@code reference.conf}.
 */
public final class TestPatience implements BeforeAllCallback {
  public static final Duration PATIENCE = Duration.ofMinutes(2);
  public static final int MILLIS = (int) PATIENCE.toMillis();

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(PATIENCE);
  }
}
