package io.flotilla.dns;

import io.flotilla.entity.Refusal;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Makes the answer to a message, whatever that is. Where it can't be understood, its sender is told
 * so if it looks like a question; what looks like an answer gets none, or two servers could answer
 * each other for ever.
 */
final class Responder {
  /** What everybody takes (RFC 1035), and what is not cut into pieces on its way. */
  private static final int SMALL = 512;

  private static final int LARGE_UDP = 1232;
  private static final int LARGE_TCP = 65_535;

  /** Of the owner's name, which refers to the question's, type, class, time and length. */
  private static final int RECORD_BYTES = 12;

  /** Of type and class of a question, and of an OPT record without options. */
  private static final int QUESTION_BYTES = 4;

  private static final int OPT_BYTES = 11;

  private static final int RESPONSE = 0x80;

  /** A copy of the whole zone, or of what changed in it. */
  private static final Set<Integer> TRANSFERS =
      Set.of(Type.AXFR, Type.IXFR, Type.MAILA, Type.MAILB);

  private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

  private final Zone zone;
  private final DnsMetrics metrics;

  Responder(Zone zone, MeterRegistry registry) {
    this.zone = zone;
    this.metrics = new DnsMetrics(registry);
  }

  /**
   * @return null: there is no answer
   */
  byte[] overUdp(byte[] message) {
    return answer(message, false);
  }

  /**
   * @return null: there is no answer
   */
  byte[] overTcp(byte[] message) {
    return answer(message, true);
  }

  /** Of a datagram that there was no room for. */
  void dropped() {
    metrics.dropped();
  }

  private byte[] answer(byte[] message, boolean tcp) {
    if (message.length < Header.LENGTH || (message[2] & RESPONSE) != 0) {
      metrics.ignored();
      return null;
    }
    DnsMetrics.Timing timing = metrics.begin();
    int type = 0;
    Message answer;
    int most = SMALL;
    try {
      Message question = parsed(message);
      Record asked = question.getQuestion();
      type = asked.getType();
      most = most(question.getOPT(), tcp);
      answer = answer(question, asked, most);
    } catch (Unanswerable e) {
      answer = refusal(message, e.rcode);
    } catch (Refusal e) {
      answer = refusal(message, Rcode.SERVFAIL); // nobody knows now what may be read
    } catch (RuntimeException e) {
      LOG.error("A question could not be answered", e);
      answer = refusal(message, Rcode.SERVFAIL);
    }
    byte[] bytes = answer.toWire(most);
    timing.end(type, answer);
    return bytes;
  }

  /** Nothing else is looked at: none of it can be believed. */
  private static Message refusal(byte[] message, int rcode) {
    Message answer = new Message(ByteBuffer.wrap(message).getShort() & 0xffff);
    Header header = answer.getHeader();
    header.setOpcode(message[2] >> 3 & 0xf);
    header.setFlag(Flags.QR);
    if ((message[2] & 1) != 0) {
      header.setFlag(Flags.RD);
    }
    header.setRcode(rcode);
    return answer;
  }

  // ---- the question

  private static final class Unanswerable extends Exception {
    private static final long serialVersionUID = 1L;
    private final int rcode;

    Unanswerable(int rcode) {
      super(Rcode.string(rcode), null, false, false);
      this.rcode = rcode;
    }
  }

  private static Message parsed(byte[] message) throws Unanswerable {
    try {
      Header header = new Header(message);
      if (header.getOpcode() != Opcode.QUERY) {
        throw new Unanswerable(Rcode.NOTIMP);
      }
      // Before that many records are made room for.
      if (header.getCount(Section.QUESTION) != 1
          || header.getCount(Section.ANSWER) != 0
          || header.getCount(Section.AUTHORITY) != 0
          || header.getCount(Section.ADDITIONAL) > 2) {
        throw new Unanswerable(Rcode.FORMERR);
      }
      Message question = new Message(message);
      long opts =
          question.getSection(Section.ADDITIONAL).stream()
              .filter(r -> r.getType() == Type.OPT)
              .count();
      // Of a message that says of itself that it was cut, parts may be missing.
      if (opts > 1 || question.getQuestion() == null) {
        throw new Unanswerable(Rcode.FORMERR);
      }
      return question;
    } catch (IOException | RuntimeException e) {
      throw new Unanswerable(Rcode.FORMERR);
    }
  }

  private static int most(OPTRecord opt, boolean tcp) {
    if (tcp) {
      return LARGE_TCP;
    }
    return opt == null ? SMALL : Math.max(SMALL, Math.min(LARGE_UDP, opt.getPayloadSize()));
  }

  // ---- the answer

  private Message answer(Message question, Record asked, int most) {
    OPTRecord opt = question.getOPT();
    Message answer = new Message(question.getHeader().getID());
    Header header = answer.getHeader();
    header.setFlag(Flags.QR);
    if (question.getHeader().getFlag(Flags.RD)) {
      header.setFlag(Flags.RD);
    }
    answer.addRecord(asked, Section.QUESTION);
    if (opt != null && opt.getVersion() > 0) {
      answer.addRecord(new OPTRecord(LARGE_UDP, Rcode.BADVERS >> 4, 0), Section.ADDITIONAL);
      return answer;
    }
    if (opt != null) {
      answer.addRecord(new OPTRecord(LARGE_UDP, 0, 0), Section.ADDITIONAL);
    }
    int room = most - Header.LENGTH - asked.getName().length() - QUESTION_BYTES;
    fill(answer, reply(asked, room / RECORD_BYTES), opt == null ? room : room - OPT_BYTES);
    return answer;
  }

  private ZoneAnswer reply(Record asked, int most) {
    boolean ours = asked.getDClass() == DClass.IN || asked.getDClass() == DClass.ANY;
    return ours && !TRANSFERS.contains(asked.getType())
        ? zone.answer(asked.getName(), asked.getType(), most)
        : ZoneAnswer.REFUSED;
  }

  /**
   * As many answers as there is room for, which says so if it isn't all: whoever wants the rest
   * asks by TCP. What is about their names comes if there is room left.
   */
  private static void fill(Message answer, ZoneAnswer reply, int room) {
    Header header = answer.getHeader();
    header.setRcode(reply.rcode());
    if (reply.rcode() == Rcode.NOERROR || reply.rcode() == Rcode.NXDOMAIN) {
      header.setFlag(Flags.AA);
    }
    int left = room;
    List<Record> fitting = new ArrayList<>();
    for (Record record : reply.answers()) {
      left -= RECORD_BYTES + record.rdataToWireCanonical().length;
      if (left < 0) {
        header.setFlag(Flags.TC);
        break;
      }
      fitting.add(record);
    }
    fitting.forEach(record -> answer.addRecord(record, Section.ANSWER));
    reply.authority().forEach(record -> answer.addRecord(record, Section.AUTHORITY));
    if (!header.getFlag(Flags.TC)) {
      reply.more().forEach(record -> answer.addRecord(record, Section.ADDITIONAL));
    }
  }
}
