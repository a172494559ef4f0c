package io.flotilla.cli;

import java.nio.file.Path;
import java.util.List;

/** What to try next, once a cluster is up. */
final class Guide {
  private Guide() {}

  static void print(List<NodeSpec> nodes, Path data, ControlAddress control) {
    NodeSpec first = nodes.get(0);
    // Commands find a cluster on the default ports by themselves.
    String where = first.httpPort() == 8500 ? "" : " --http-addr " + NodeSpec.addresses(nodes);
    Screen.say("");
    Screen.say("Ready. Logs are in %s/n*/log. The dashboard: %s/ui/", data, first.url());
    Screen.say("The same, to crash nodes and to start them again from the page:");
    // What isn't a terminal may be kept, and read by others.
    Screen.say(
        "  %s",
        Screen.TERMINAL ? control.url(first.url()) : "the address in " + ControlAddress.file(data));
    Screen.say("");
    Screen.say("In another terminal, try:");
    Screen.say("");
    boolean tokens = OwnToken.of(data).isPresent();
    String header = tokens ? " -H \"X-Consul-Token: $FLOTILLA_HTTP_TOKEN\"" : "";
    if (tokens) {
      Screen.say("  export FLOTILLA_HTTP_TOKEN=$(cat %s)   may do everything", OwnToken.file(data));
    }
    if (LocalTls.isOn(first)) {
      Screen.say(
          "  export CONSUL_HTTP_SSL=true CONSUL_CACERT=%s CURL_CA_BUNDLE=%s",
          LocalTls.caFile(first), LocalTls.caFile(first));
    }
    Screen.say("  ./flotilla kv set colour green%s", where);
    Screen.say("  ./flotilla kv get colour%s", where);
    Screen.say("  ./flotilla cluster%s", where);
    Screen.say("  curl%s -X PUT -d 42 %s/v1/kv/answer", header, first.url());
    String last = nodes.get(nodes.size() - 1).url();
    Screen.say("  curl%s %s/v1/kv/answer?raw", header, last);
    Screen.say(
        "  dig @%s -p %d +short flotilla.service.consul SRV", NodeSpec.HOST, first.dnsPort());
    if (nodes.size() > 2) {
      String second = nodes.get(1).id();
      Screen.say("  ./flotilla crash %s           kill -9; reads and writes continue", second);
      Screen.say("  ./flotilla restart %s         comes back with its data", second);
    }
    Screen.say("  ./flotilla member add         a further node joins; member remove lets one go");
    Screen.say("");
    Screen.say("Ctrl-C here stops all nodes cleanly.");
    Screen.say("");
  }
}
