package io.flotilla.lab.mutation;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a class of the lab in memory, and loads the lab's algorithms and lessons with it. */
final class Compiler implements AutoCloseable {
  private static final String LAB = "io.flotilla.lab.";

  /** What the algorithms share with the simulation, which stays as it is. */
  private static final Set<String> SHARED =
      Set.of(LAB + "Host", LAB + "Event", LAB + "Report", LAB + "Storage");

  private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files = javac.getStandardFileManager(d -> {}, null, null);
  private final Map<String, byte[]> originals = new HashMap<>();

  private static final Pattern LOOP = Pattern.compile("(?m)^ +(?:for|while) \\(.*\\) \\{$");

  /** A class loader with this version of a class; empty if that isn't Java. */
  Optional<ClassLoader> load(String name, String source) {
    String limited = LOOP.matcher(source).replaceAll("$0 " + Fuel.class.getName() + ".burn();");
    Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
    JavaFileManager memory =
        new ForwardingJavaFileManager<>(files) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
              @Override
              public OutputStream openOutputStream() {
                return compiled.computeIfAbsent(className, n -> new ByteArrayOutputStream());
              }
            };
          }
        };
    List<String> options = List.of("-nowarn", "-proc:none", "-implicit:none", "-g:none");
    List<JavaFileObject> units = List.of(unit(name, limited));
    boolean isJava = javac.getTask(null, memory, d -> {}, options, null, units).call();
    return isJava ? Optional.of(new Loader(compiled)) : Optional.empty();
  }

  /** All that can be made wrong in a class of this source. */
  List<Rewrite> rewrites(String name, String source) {
    JavacTask task =
        (JavacTask)
            javac.getTask(null, files, d -> {}, List.of(), null, List.of(unit(name, source)));
    try {
      CompilationUnitTree tree = task.parse().iterator().next();
      return Rewriter.of(name, source, tree, Trees.instance(task).getSourcePositions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject unit(String name, String source) {
    return new SimpleJavaFileObject(
        URI.create("mem:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  private final class Loader extends ClassLoader {
    private final Map<String, ByteArrayOutputStream> compiled;

    private Loader(Map<String, ByteArrayOutputStream> compiled) {
      super(Compiler.class.getClassLoader());
      this.compiled = compiled;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null || !isOwn(name)) {
          return known != null ? known : super.loadClass(name, resolve);
        }
        byte[] code =
            compiled.containsKey(name)
                ? compiled.get(name).toByteArray()
                : originals.computeIfAbsent(name, this::read);
        return defineClass(name, code, 0, code.length);
      }
    }

    /** The algorithms and the lessons about them: they name each other. */
    private boolean isOwn(String name) {
      String rest = name.startsWith(LAB) ? name.substring(LAB.length()) : ".";
      return !SHARED.contains(name) && (rest.startsWith("lesson.") || !rest.contains("."));
    }

    private byte[] read(String name) {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
