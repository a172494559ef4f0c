package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv}, {@code service} and {@code topic} on the command line, against a node. */
class CommandsIT {
  @TempDir static Path data;

  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.start(data, 1);
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static RealProcess begin(String... arguments) {
    return begin(cluster.addresses(), arguments);
  }

  private static RealProcess begin(String addresses, String[] arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--http-addr=" + addresses);
    return RealProcess.flotilla(data, all.toArray(String[]::new));
  }

  /** What it printed, with its exit code in front. */
  private static String run(String... arguments) {
    try (RealProcess process = begin(arguments)) {
      int code = process.exitCode();
      return code + " " + process.output().strip();
    }
  }

  @Test
  void a_service_is_registered_found_watched_and_gone_with_its_process() {
    try (RealProcess watch = begin("service", "watch", "web");
        RealProcess holder =
            begin(
                "service",
                "register",
                "web",
                "--id=web-1",
                "--address=10.0.0.7",
                "--port=8080",
                "--tag=blue",
                "--ttl=10s",
                "--hold")) {
      holder.await("web-1 is registered until Ctrl-C");
      String first = "10.0.0.7:8080  passing  web-1  node=n1  tags=blue";
      assertThat(run("service", "lookup", "web")).isEqualTo("0 " + first);
      assertThat(
              run("service", "register", "web", "--id=web-2", "--address=10.0.0.8", "--port=8081"))
          .isEqualTo("0 OK");
      watch.await("web: 2\\n  10.0.0.7:8080 .*\\n  10.0.0.8:8081  passing  web-2  node=n1\\n");
      assertThat(run("service", "list").lines()).contains("web  blue");

      assertThat(run("service", "deregister", "web-2")).isEqualTo("0 OK");
      assertThat(run("service", "deregister", "web-2")).isEqualTo("1 no such service id: web-2");
      holder.stop();
      watch.await("web: 0\\n");
      assertThat(run("service", "lookup", "web")).isEqualTo("1 no passing instance of \"web\"");
    }
  }

  @Test
  void messages_are_received_and_those_missed_are_asked_for() {
    try (RealProcess early = begin("topic", "subscribe", "news", "--ids")) {
      // It says nothing before the first message: publish until it hears one.
      String first = "";
      for (int i = 0; early.output().isEmpty(); i++) {
        first = run("topic", "publish", "news", "try " + i).substring(2);
      }
      String second = run("topic", "publish", "news", "it rains").substring(2);
      early.await(second + "\tit rains\n");

      try (RealProcess late = begin("topic", "subscribe", "news", "--after", first)) {
        late.await("it rains\n");
        assertThat(late.lines()).first().isEqualTo("it rains");
      }
    }
  }

  @Test
  void snapshots_are_saved_again_and_again_and_the_oldest_go() throws IOException {
    Path backups = data.resolve("backups");
    Path old = backups.resolve("flotilla-20200101T000000Z.snap");
    Path foreign = backups.resolve("foreign");
    Files.createDirectories(backups);
    Files.writeString(old, "long ago");
    Files.writeString(foreign, "stays");
    String[] save = {"snapshot", "save", "--every=1s", "--keep=2", backups.toString()};
    try (RealProcess saving = begin("127.0.0.1:1," + cluster.addresses(), save)) {
      saving.await("(?s)is saved and checked.*is saved and checked.*is saved and checked");
      saving.stop();
    }
    assertThat(old).doesNotExist();
    assertThat(foreign).exists();
    try (Stream<Path> files = Files.list(backups)) {
      assertThat(files).hasSizeBetween(3, 4); // the third file of its own may be new
    }
    assertThat(run("snapshot", "save", "--every=0s", backups.toString())).startsWith("2 ");
  }

  @Test
  void a_key_with_dot_segments_is_a_key_of_its_own() {
    assertThat(run("kv", "set", "secret", "original")).startsWith("0 ");
    assertThat(run("kv", "set", "public/../secret", "other")).startsWith("0 ");
    assertThat(run("kv", "get", "public/../secret")).isEqualTo("0 other");
    assertThat(run("kv", "list", "p")).contains("public/../secret");
    assertThat(run("kv", "delete", "public/../secret")).startsWith("0 ");
    assertThat(run("kv", "get", "secret")).isEqualTo("0 original");
  }

  @Test
  void exported_keys_are_imported_with_their_bytes_and_flags() throws Exception {
    Path bytes = Files.write(data.resolve("bytes"), new byte[] {0, -1, '\n', 34});
    assertThat(run("kv", "set", "moved/a", "@" + bytes, "--flags=18446744073709551615"))
        .isEqualTo("0 OK");
    assertThat(run("kv", "set", "moved/ä", "")).isEqualTo("0 OK");
    String exported = run("kv", "export", "moved/").substring(2);
    Path file = Files.writeString(data.resolve("keys.json"), exported);

    assertThat(run("kv", "import", "--ns=elsewhere", "--prefix=x/", "@" + file))
        .isEqualTo("0 Keys set: 2");

    assertThat(run("kv", "export", "--ns=elsewhere").substring(2))
        .isEqualTo(exported.replace("moved/", "x/moved/"));
    assertThat(exported).contains("\"AP8KIg==\"", "18446744073709551615", "moved/ä");
  }

  @Test
  void a_file_with_one_bad_row_sets_nothing() {
    String good = "{\"Key\": \"half/good\", \"Value\": null, \"CreateIndex\": 7}";
    for (String bad :
        List.of(
            "{\"flags\": 0}",
            "{\"key\": null}",
            "{\"key\": \"half/bad\", \"value\": \"no Base64!\"}",
            "{\"key\": \"half/bad\", \"flags\": -1}",
            "null")) {
      assertThat(run("kv", "import", "[" + good + ",\n" + bad + "]"))
          .as(bad)
          .startsWith("1 flotilla: ")
          .containsAnyOf("not what kv export writes", "flags must be");
    }
    assertThat(run("kv", "import", "[" + good)).startsWith("1 flotilla: not what kv export writes");
    assertThat(run("kv", "list", "half/")).isEqualTo("0 ");

    assertThat(run("kv", "import", "[" + good + "]")).isEqualTo("0 Keys set: 1");
    assertThat(run("kv", "list", "half/")).isEqualTo("0 half/good");
  }
}
