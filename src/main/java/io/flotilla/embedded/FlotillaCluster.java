package io.flotilla.embedded;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A cluster in this process for the tests of a class, started before the first of them and ended
 * after the last. Test methods and constructors may have parameters of the types {@link
 * EmbeddedCluster} and {@link io.flotilla.client.Flotilla}, which is a client of it.
 *
 * <p>The tests share what is stored. A namespace of its own keeps one apart from the others.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(FlotillaClusterExtension.class)
public @interface FlotillaCluster {
  /** {@return how many nodes} */
  int nodes() default 1;

  /** {@return settings of all nodes, in the format of application.conf} */
  String config() default "";
}
