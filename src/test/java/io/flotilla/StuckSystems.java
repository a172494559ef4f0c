package io.flotilla;

import akka.actor.testkit.typed.internal.TestKitUtils;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * If a test kit's actor system doesn't stop in time, the failure also tells what its threads are
 * doing: one of them waits for something in an actor that therefore can't end. Applies to every
 * test class.
 */
public final class StuckSystems
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explained(failure);
  }

  static Throwable explained(Throwable failure) {
    if (isIn(failure.getStackTrace(), TestKitUtils.class.getName())) {
      Thread.getAllStackTraces()
          .forEach(
              (thread, doing) -> {
                if (isIn(doing, "akka.dispatch.")) {
                  Throwable found = new Throwable(thread.getName() + " " + thread.getState());
                  found.setStackTrace(doing);
                  failure.addSuppressed(found);
                }
              });
    }
    return failure;
  }

  private static boolean isIn(StackTraceElement[] stack, String begin) {
    return Stream.of(stack).anyMatch(frame -> frame.getClassName().startsWith(begin));
  }
}
