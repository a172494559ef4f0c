package io.flotilla.it;

import akka.actor.AbstractExtensionId;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.actor.ExtensionIdProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Injected into a node from outside, as an agent and an Akka extension: once a file exists, all
 * threads of the default dispatcher sleep for ever.
 */
public final class Stuck extends AbstractExtensionId<Stuck.Threads> implements ExtensionIdProvider {
  private static final String PROPERTY = "stuck.when";

  /** What Akka's extension is. */
  public static final class Threads implements Extension {}

  /** The options that bring it into a node; {@code when} is followed by the node's id. */
  static String javaOptions(Path directory, Path when) {
    Path jar = directory.resolve("stuck.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", Stuck.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> c : new Class<?>[] {Stuck.class, Threads.class}) {
        String name = c.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        c.getResourceAsStream("/" + name).transferTo(out);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return "-javaagent:%s -Dakka.extensions.0=%s -D%s=%s"
        .formatted(jar, Stuck.class.getName(), PROPERTY, when);
  }

  /** Required of an agent; makes its classes available to the node. */
  public static void premain(String arguments) {}

  @Override
  public Stuck lookup() {
    return this;
  }

  @Override
  public Threads createExtension(ExtendedActorSystem system) {
    String id = system.settings().config().getString("flotilla.node.id");
    Path when = Path.of(System.getProperty(PROPERTY) + id);
    Thread thread = new Thread(() -> block(system, when), "stuck");
    thread.setDaemon(true);
    thread.start();
    return new Threads();
  }

  private static void block(ExtendedActorSystem system, Path when) {
    while (!Files.exists(when)) {
      sleep(100);
    }
    for (int i = 0; i < 100; i++) {
      system.dispatcher().execute(() -> sleep(TimeUnit.DAYS.toMillis(1)));
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
