package io.flotilla.dns;

import java.util.List;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/**
 * What is answered to a question.
 *
 * @param rcode {@link Rcode}
 * @param more about names in the answers: left out if there is no room
 */
record ZoneAnswer(int rcode, List<Record> answers, List<Record> authority, List<Record> more) {
  static final ZoneAnswer REFUSED = new ZoneAnswer(Rcode.REFUSED, List.of(), List.of(), List.of());

  /** Nobody has said yet what there is: another server may know. */
  static final ZoneAnswer UNKNOWN = new ZoneAnswer(Rcode.SERVFAIL, List.of(), List.of(), List.of());

  static ZoneAnswer of(List<Record> answers, List<Record> more) {
    return new ZoneAnswer(Rcode.NOERROR, answers, List.of(), more);
  }

  /**
   * @param authority the SOA record, by which a resolver knows for how long nothing will be there
   */
  static ZoneAnswer negative(int rcode, List<Record> authority) {
    return new ZoneAnswer(rcode, List.of(), authority, List.of());
  }
}
