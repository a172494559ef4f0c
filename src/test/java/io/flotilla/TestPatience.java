package io.flotilla;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what must happen, however busy the machine is: a test that passes takes
 * no longer by it. Applies to every test class (see {@code junit-platform.properties}); what Akka's
 * test kits wait is in {@code reference.conf}.
 */
public final class TestPatience implements BeforeAllCallback {
  public static final Duration PATIENCE = Duration.ofMinutes(2);
  public static final int MILLIS = (int) PATIENCE.toMillis();

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(PATIENCE);
  }
}
