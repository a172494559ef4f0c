package io.flotilla.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final Targets DEFAULTS =
      Targets.in(Ranges.of(ConfigFactory.load().getConfig("flotilla")));

  private static Targets with(Object allow, Object deny) {
    return Targets.in(
        Ranges.of(ConfigFactory.parseMap(Map.of("targets.allow", allow, "targets.deny", deny))));
  }

  private static void refuses(Targets targets, String... hosts) {
    for (String host : hosts) {
      assertThatThrownBy(() -> targets.of(host, 80))
          .as(host)
          .isInstanceOf(Targets.RefusedException.class)
          .hasMessage(host + ":80 is not among the targets that flotilla.targets allows");
    }
  }

  private static void takes(Targets targets, String... hosts) {
    for (String host : hosts) {
      assertThat(targets.of(host, 80).isUnresolved()).as(host).isFalse();
    }
  }

  @Test
  void whereCloudsKeepCredentialsNobodyIsLed() {
    refuses(
        DEFAULTS,
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "0:0:0:0:0:ffff:a9fe:a9fe",
        "64:ff9b::169.254.169.254",
        "2852039166", // the same as one number
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255");
    takes(
        DEFAULTS, "127.0.0.1", "localhost", "10.1.2.3", "::1", "2001:db8::1", "64:ff9b::10.0.0.1");
  }

  @Test
  void theSettingsSayWhatElseIsAndIsNot() {
    Targets some = with("10.0.0.0/8, 192.168.1.0/25,2001:db8::/33", List.of("10.9.0.0/16"));
    takes(some, "10.0.0.1", "10.255.255.255", "192.168.1.127", "2001:db8:7fff::1");
    refuses(some, "11.0.0.1", "10.9.1.1", "192.168.1.128", "2001:db8:8000::1", "127.0.0.1");
    refuses(with(List.of(), List.of()), "10.0.0.1");
    for (String wrong :
        List.of("10.0.0.0/33", "10.0.0.0/-1", "ten", "::/129", "10.0.0.0/x", "10/8")) {
      assertThatThrownBy(() -> with(List.of(wrong), List.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("flotilla.targets.allow: '" + wrong.replaceAll("/.*", ""));
    }
  }

  @Test
  void aNameThatIsNoneIsTold() {
    assertThatThrownBy(() -> DEFAULTS.of("no-such-host.invalid", 80))
        .hasMessage("there is no host 'no-such-host.invalid'");
  }

  @Test
  void thePortsOfTheClusterAreNoTargets() throws Exception {
    OwnPorts own =
        new OwnPorts(
            () ->
                List.of(
                    new OwnPorts.Member(Set.of("127.0.0.1"), Set.of(8300, 8500)),
                    new OwnPorts.Member(Set.of("192.0.2.7", "no.invalid"), Set.of(8301))));
    assertThat(own.test(address("127.0.0.1", 8080))).as("before it was looked").isTrue();
    own.look();
    for (String here : List.of("127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "localhost")) {
      assertThat(own.test(address(here, 8300))).as(here).isTrue();
      assertThat(own.test(address(here, 8080))).as(here).isFalse();
      assertThat(own.test(address(here, 8301))).as(here).isFalse();
    }
    assertThat(own.test(address("192.0.2.7", 8301))).isTrue();
    assertThat(own.test(address("192.0.2.7", 8300))).isFalse();
    assertThat(own.test(address("192.0.2.8", 8301))).isFalse();
    Targets targets = new Targets(Ranges.of(ConfigFactory.load().getConfig("flotilla")), own);
    assertThatThrownBy(() -> targets.of("127.0.0.1", 8500))
        .hasMessage(
            "127.0.0.1:8500 is a port of this cluster itself, which checks and proxies don't lead"
                + " to");
  }

  private static InetSocketAddress address(String host, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }
}
