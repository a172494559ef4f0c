package io.flotilla.embedded;

import com.typesafe.config.ConfigFactory;
import io.flotilla.client.Flotilla;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link FlotillaCluster} does. */
final class FlotillaClusterExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace OWN = Namespace.create(FlotillaClusterExtension.class);

  /**
   * JUnit closes it with the class's context; which interface it looks for is up to its version.
   */
  private record Running(EmbeddedCluster cluster, Flotilla client)
      implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    @Override
    public void close() {
      client.close();
      cluster.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    FlotillaCluster wanted = context.getRequiredTestClass().getAnnotation(FlotillaCluster.class);
    if (wanted != null) { // a nested class has its outer one's
      EmbeddedCluster cluster =
          EmbeddedCluster.start(wanted.nodes(), ConfigFactory.parseString(wanted.config()));
      context.getStore(OWN).put(Running.class, new Running(cluster, cluster.client()));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == EmbeddedCluster.class || type == Flotilla.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = context.getStore(OWN).get(Running.class, Running.class);
    return parameter.getParameter().getType() == Flotilla.class
        ? running.client()
        : running.cluster();
  }
}
