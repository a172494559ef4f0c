package io.flotilla.kv;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Tells a retry from another request that was given the same id by mistake. It is stored: never to
 * be changed.
 */
final class Fingerprint {
  private Fingerprint() {}

  static int of(Op.Write op) {
    if (op instanceof Op.Put p) {
      int h = value(1, p.key(), p.value(), p.flags());
      return mix(mix(h, condition(p.cas())), p.fence());
    } else if (op instanceof Op.Delete d) {
      return mix(mix(text(2, d.key()), condition(d.cas())), d.fence());
    } else if (op instanceof Op.DeleteTree d) {
      return text(3, d.prefix());
    } else if (op instanceof Op.Acquire a) {
      return text(value(4, a.key(), a.value(), a.flags()), a.session());
    } else if (op instanceof Op.Release r) {
      return text(value(5, r.key(), r.value(), r.flags()), r.session());
    } else if (op instanceof Op.CreateSession c) {
      return session(6, c.session());
    } else if (op instanceof Op.DestroySession d) {
      return text(7, d.id());
    } else if (op instanceof Op.FailCheck f) {
      return text(8, f.check());
    } else if (op instanceof Op.Txn t) {
      int h = 9;
      for (TxnOp o : t.ops()) {
        h = value(text(h, o.verb().text()), o.key(), o.value(), o.flags());
        h = text(mix(h, o.index()), o.session());
      }
      return h;
    }
    throw new IllegalArgumentException("no such write: " + op);
  }

  private static int value(int h, String key, byte[] value, long flags) {
    return mix(31 * text(h, key) + Arrays.hashCode(value), flags);
  }

  /** The id is not part of it: each attempt may have chosen one. */
  private static int session(int h, Session s) {
    int names = text(text(text(h, s.name()), s.node()), s.ttl());
    int checks = 31 * s.nodeChecks().hashCode() + s.serviceChecks().hashCode();
    return mix(31 * mix(names, s.lockDelayNanos()) + checks, KvCodec.traits(s));
  }

  private static long condition(OptionalLong cas) {
    return cas.isEmpty() ? -1 : cas.getAsLong();
  }

  private static int text(int h, String text) {
    return 31 * h + text.hashCode();
  }

  private static int mix(int h, long value) {
    return 31 * h + Long.hashCode(value);
  }
}
