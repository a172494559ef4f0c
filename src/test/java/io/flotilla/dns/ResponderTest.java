package io.flotilla.dns;

import static io.flotilla.dns.ZoneFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.Refusal;
import io.flotilla.registry.balance.Instance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResponderTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ZoneFixture fixture =
      new ZoneFixture().service("web", on("n1", "127.0.0.1", 80)).service("many", many(300));
  private final Responder responder = responder(fixture);

  private Responder responder(ZoneFixture fixture) {
    return new Responder(
        new Zone(
            ZoneFixture.settings(Map.of()).zone("n1"),
            fixture::table,
            Optional::empty,
            new SplittableRandom(7)),
        metrics);
  }

  private static Instance[] many(int count) {
    Instance[] all = new Instance[count];
    for (int i = 0; i < count; i++) {
      all[i] = on("n1", "10.0." + i / 100 + "." + i % 100, 80);
    }
    return all;
  }

  private static Message question(String name, int type) {
    return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
  }

  private static Message with(Message question, OPTRecord opt) {
    question.addRecord(opt, Section.ADDITIONAL);
    return question;
  }

  private Message udp(Message question) throws IOException {
    return new Message(responder.overUdp(question.toWire()));
  }

  private double count(String type, String result) {
    return metrics.get("flotilla_dns_queries").tags("type", type, "result", result).timer().count();
  }

  @Test
  void an_answer_repeats_the_question_as_it_was_asked_and_counts() throws Exception {
    Message question = question("WeB.service.CONSUL.", Type.A);
    Message answer = udp(question);
    assertThat(answer.getHeader().getID()).isEqualTo(question.getHeader().getID());
    assertThat(answer.getHeader().getFlag(Flags.QR)).isTrue();
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(answer.getHeader().getFlag(Flags.RD)).isTrue();
    assertThat(answer.getHeader().getFlag(Flags.RA)).as("no recursion").isFalse();
    assertThat(answer.getQuestion().getName().toString()).isEqualTo("WeB.service.CONSUL.");
    assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
    assertThat(count("A", "noerror")).isEqualTo(1);
    udp(question("no.service.consul.", 4711));
    assertThat(count("other", "nxdomain")).isEqualTo(1);
    udp(question("web.service.consul.", Type.TXT));
    assertThat(count("TXT", "nodata")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 512", "100, 512", "700, 700", "1232, 1232", "9000, 1232"})
  void a_datagram_is_as_large_as_the_asker_takes_and_says_that_it_is_not_all(int takes, int most)
      throws Exception {
    for (int type : new int[] {Type.A, Type.SRV}) {
      Message question = question("many.service.consul.", type);
      if (takes > 0) {
        with(question, new OPTRecord(takes, 0, 0));
      }
      byte[] bytes = responder.overUdp(question.toWire());
      assertThat(bytes.length).isLessThanOrEqualTo(most).isGreaterThan(most - 80);
      Message answer = new Message(bytes);
      assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
      assertThat(answer.getSection(Section.ANSWER)).isNotEmpty();
      assertThat(answer.getOPT() != null).isEqualTo(takes > 0);
    }
    assertThat(metrics.get("flotilla_dns_truncated").counter().count()).isEqualTo(2);
  }

  @Test
  void by_tcp_everything_comes_with_the_addresses() throws Exception {
    Message answer =
        new Message(responder.overTcp(question("many.service.consul.", Type.SRV).toWire()));
    assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
    assertThat(answer.getSection(Section.ANSWER)).hasSize(300);
    assertThat(answer.getSection(Section.ADDITIONAL)).hasSize(300);
  }

  @Test
  void more_than_fits_by_tcp_is_cut_too() throws Exception {
    fixture.service("crowd", many(6000));
    byte[] bytes = responder.overTcp(question("crowd.service.consul.", Type.A).toWire());
    assertThat(bytes.length).isLessThanOrEqualTo(65_535).isGreaterThan(65_000);
    assertThat(new Message(bytes).getHeader().getFlag(Flags.TC)).isTrue();
  }

  /** Addresses are an addition: without them, nothing is missing. */
  @Test
  void what_is_beside_the_answer_is_left_out_without_a_word() throws Exception {
    fixture.service("some", Arrays.copyOf(many(8), 8));
    Message answer = udp(question("some.service.consul.", Type.SRV));
    assertThat(answer.getSection(Section.ANSWER)).hasSize(8);
    assertThat(answer.getSection(Section.ADDITIONAL)).hasSizeLessThan(8);
    assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
  }

  @Test
  void a_later_version_of_edns_is_unknown() throws Exception {
    Message answer = udp(with(question("web.service.consul.", Type.A), new OPTRecord(1232, 0, 1)));
    assertThat(answer.getRcode()).isEqualTo(Rcode.BADVERS);
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
  }

  @Test
  void two_sizes_two_questions_and_answers_in_a_question_are_malformed() throws Exception {
    Message sizes = with(question("web.service.consul.", Type.A), new OPTRecord(1232, 0, 0));
    assertThat(udp(with(sizes, new OPTRecord(512, 0, 0))).getRcode()).isEqualTo(Rcode.FORMERR);
    Message questions = question("web.service.consul.", Type.A);
    questions.addRecord(questions.getQuestion(), Section.QUESTION);
    assertThat(udp(questions).getRcode()).isEqualTo(Rcode.FORMERR);
    Message answered = question("web.service.consul.", Type.A);
    answered.addRecord(new OPTRecord(1232, 0, 0), Section.ANSWER);
    assertThat(udp(answered).getRcode()).isEqualTo(Rcode.FORMERR);
    assertThat(count("other", "formerr")).isEqualTo(3);
  }

  @Test
  void what_is_no_question_about_our_names_is_refused() throws Exception {
    Message update = question("web.service.consul.", Type.A);
    update.getHeader().setOpcode(Opcode.UPDATE);
    Message answer = udp(update);
    assertThat(answer.getRcode()).isEqualTo(Rcode.NOTIMP);
    assertThat(answer.getHeader().getOpcode()).isEqualTo(Opcode.UPDATE);
    assertThat(udp(question("consul.", Type.AXFR)).getRcode()).isEqualTo(Rcode.REFUSED);
    Name version = Name.fromConstantString("version.bind.");
    Message chaos = Message.newQuery(Record.newRecord(version, Type.TXT, DClass.CH));
    assertThat(udp(chaos).getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(udp(chaos).getHeader().getFlag(Flags.AA)).isFalse();
  }

  /** Two servers would answer each other's answers for ever. */
  @Test
  void an_answer_gets_no_answer_and_neither_does_what_is_too_short() {
    Message answer = question("web.service.consul.", Type.A);
    answer.getHeader().setFlag(Flags.QR);
    assertThat(responder.overUdp(answer.toWire())).isNull();
    assertThat(responder.overUdp(new byte[11])).isNull();
    assertThat(responder.overUdp(new byte[0])).isNull();
    assertThat(metrics.get("flotilla_dns_ignored").counter().count()).isEqualTo(3);
  }

  @Test
  void while_it_is_not_known_what_may_be_read_another_server_is_to_be_asked() throws Exception {
    Responder unsure =
        new Responder(
            new Zone(
                ZoneFixture.settings(Map.of()).zone("n1"),
                fixture::table,
                () -> {
                  throw new Refusal("unavailable", "The log is silent.");
                },
                new SplittableRandom(7)),
            metrics);
    Message question = question("web.service.consul.", Type.A);
    assertThat(new Message(unsure.overUdp(question.toWire())).getRcode()).isEqualTo(Rcode.SERVFAIL);
  }

  /** Bits of questions are turned, and they are cut; some are nothing but noise. */
  @Test
  void whatever_comes_the_answer_is_a_message_or_none() throws Exception {
    Random random = new Random(20_26);
    byte[][] seeds = {
      question("web.service.consul.", Type.A).toWire(),
      with(question("many.service.consul.", Type.SRV), new OPTRecord(4096, 0, 0)).toWire(),
      question("7.0.0.10.in-addr.arpa.", Type.PTR).toWire(),
      question("0a000001.addr.consul.", Type.ANY).toWire()
    };
    int answered = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
      for (int turned = random.nextInt(6); turned >= 0; turned--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (i % 5 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
      } else if (i % 7 == 0) {
        random.nextBytes(bytes);
      }
      byte[] answer = i % 2 == 0 ? responder.overUdp(bytes) : responder.overTcp(bytes);
      if (answer != null) {
        answered++;
        Message read = new Message(answer);
        assertThat(read.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(answer[0]).isEqualTo(bytes[0]);
        assertThat(answer[1]).isEqualTo(bytes[1]);
        assertThat(read.getRcode()).as("nothing broke").isNotEqualTo(Rcode.SERVFAIL);
      }
    }
    assertThat(answered).isGreaterThan(10_000);
    assertThat(udp(question("web.service.consul.", Type.A)).getSection(Section.ANSWER)).hasSize(1);
  }
}
