package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpStateTest {
  @TempDir private Path dir;

  private UpState state(UpState.Running process) {
    return new UpState(
        process,
        List.of(
            new UpState.NodeState("n1", process, 1, 2, 3, 0, "d/n1", List.of("node", "--id=n1"))));
  }

  @Test
  void what_is_saved_is_loaded() {
    UpState state = state(UpState.Running.of(ProcessHandle.current()));
    state.save(dir);
    assertThat(UpState.load(dir)).contains(state);
    assertThat(state.alive()).hasSize(1);
    UpState.remove(dir);
    assertThat(UpState.load(dir)).isEmpty();
  }

  @Test
  void a_process_id_that_belongs_to_another_process_by_now_is_not_mistaken() {
    UpState.Running self = UpState.Running.of(ProcessHandle.current());
    UpState.Running earlier = new UpState.Running(self.pid(), self.startedAt() - 60_000);
    assertThat(self.process()).isPresent();
    assertThat(earlier.process()).isEmpty();
  }

  @Test
  void an_unknown_node_and_an_unreadable_file_are_named() throws Exception {
    assertThatThrownBy(() -> state(UpState.Running.of(ProcessHandle.current())).node("n7"))
        .hasMessageContaining("n7")
        .hasMessageContaining("n1");
    Files.writeString(dir.resolve("up.json"), "{");
    assertThatThrownBy(() -> UpState.load(dir)).hasMessageContaining("up.json");
  }

  @Test
  void a_taken_port_is_named_before_anything_is_started() throws Exception {
    try (var socket =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      int port = socket.getLocalPort();
      int free = Ports.free(1).get(0);
      assertThatThrownBy(
              () -> Ports.mustBeFree(List.of(new NodeSpec("n1", port, free, free, 0, dir))))
          .hasMessageContaining("port " + port + " (n1 HTTP): Address already in use")
          .hasMessageNotContaining("Raft)");
    }
  }

  @Test
  void an_address_that_is_not_this_machine_s_is_not_called_in_use() {
    StringJoiner taken = new StringJoiner(", ");
    Ports.check("192.0.2.1", 8500, "HTTP", taken); // of the addresses that are for examples
    assertThat(taken.toString())
        .startsWith("port 8500 (HTTP): ")
        .endsWith("(192.0.2.1)")
        .doesNotContain("in use");
  }

  @Test
  void free_ports_are_different_from_each_other() {
    assertThat(Ports.free(9)).doesNotHaveDuplicates();
  }

  @Test
  void the_nodes_are_listed_for_the_next_start_too() {
    assertThat(NodeList.read(dir)).isEmpty();
    state(UpState.Running.of(ProcessHandle.current())).save(dir);
    UpState.change(
        dir,
        state -> {
          UpState.NodeState first = state.node("n1");
          UpState.NodeState fourth =
              new UpState.NodeState("n4", first.process(), 4, 5, 6, 0, "d/n4", List.of());
          return state.with(first).with(fourth);
        });
    assertThat(NodeList.read(dir)).containsExactly(1, 4);
    UpState.change(dir, state -> state.without("n1"));
    assertThat(UpState.load(dir).orElseThrow().specs())
        .extracting(NodeSpec::id)
        .containsExactly("n4");
    UpState.remove(dir);
    assertThat(NodeList.read(dir)).containsExactly(4);
  }
}
