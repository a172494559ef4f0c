package io.flotilla.kv;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import io.flotilla.entity.EntityCodec;
import java.io.IOException;

/** The stored form of the key space; its state's is {@link KeySpaceForm}. */
final class KvCodec extends EntityCodec<KeySpaceState, Change> {
  static final KvCodec INSTANCE = new KvCodec();

  private static final int STORED = 1;
  private static final int DELETED = 2;
  private static final int TREE_DELETED = 3;
  private static final int RELEASED = 4;
  private static final int SESSION_CREATED = 5;
  private static final int SESSION_ENDED = 6;

  private static final long DELETES = 1;
  private static final long EXACT_TTL = 2;

  private KvCodec() {
    super("kv", new KvResultCodec());
  }

  @Override
  protected void state(ByteWriter out, KeySpaceState state) {
    KeySpaceForm.write(out, state);
  }

  @Override
  protected KeySpaceState state(ByteReader in) throws IOException {
    return KeySpaceForm.read(in);
  }

  @Override
  protected void change(ByteWriter out, Change change) {
    if (change instanceof Change.Stored s) {
      out.number(STORED).number(s.index()).text(s.key()).data(s.value());
      out.number(s.flags()).number(s.lockIndex());
      holder(out, s.session(), s.fence());
    } else if (change instanceof Change.Deleted d) {
      out.number(DELETED).number(d.index()).text(d.key());
    } else if (change instanceof Change.TreeDeleted d) {
      out.number(TREE_DELETED).number(d.index()).text(d.prefix());
    } else if (change instanceof Change.Released r) {
      out.number(RELEASED).number(r.index()).text(r.key());
    } else if (change instanceof Change.SessionCreated c) {
      out.number(SESSION_CREATED).number(c.index());
      session(out, c.session());
    } else if (change instanceof Change.SessionEnded e) {
      out.number(SESSION_ENDED).number(e.index()).text(e.id());
      out.number(e.reason().ordinal()).number(e.delayUntilMillis());
    }
  }

  @Override
  protected Change change(ByteReader in) throws IOException {
    int kind = (int) in.number();
    long index = in.number();
    return switch (kind) {
      case STORED -> {
        String key = in.text();
        byte[] value = in.data();
        long flags = in.number();
        long lockIndex = in.number();
        long fence = in.number();
        yield new Change.Stored(index, key, value, flags, lockIndex, holder(in, fence), fence);
      }
      case DELETED -> new Change.Deleted(index, in.text());
      case TREE_DELETED -> new Change.TreeDeleted(index, in.text());
      case RELEASED -> new Change.Released(index, in.text());
      case SESSION_CREATED -> new Change.SessionCreated(index, session(in));
      case SESSION_ENDED ->
          new Change.SessionEnded(index, in.text(), reason(in.number()), in.number());
      default -> throw new IOException("no such kind of change: " + kind);
    };
  }

  /** The fencing token, and the session if there is one. */
  static void holder(ByteWriter out, String session, long fence) {
    out.number(fence);
    if (fence != 0) {
      out.text(session);
    }
  }

  static String holder(ByteReader in, long fence) throws IOException {
    return fence == 0 ? null : in.text();
  }

  private static Change.Reason reason(long ordinal) throws IOException {
    Change.Reason[] all = Change.Reason.values();
    if (ordinal < 0 || ordinal >= all.length) {
      throw new IOException("no such reason: " + ordinal);
    }
    return all[(int) ordinal];
  }

  static void session(ByteWriter out, Session s) {
    out.text(s.id()).text(s.name()).text(s.node());
    out.number(traits(s));
    out.number(s.ttlMillis()).text(s.ttl()).number(s.lockDelayNanos());
    out.texts(s.nodeChecks()).texts(s.serviceChecks());
    out.number(s.createIndex());
  }

  static Session session(ByteReader in) throws IOException {
    String id = in.text();
    String name = in.text();
    String node = in.text();
    long traits = in.number();
    return new Session(
        id,
        name,
        node,
        (traits & DELETES) != 0 ? Session.Behavior.DELETE : Session.Behavior.RELEASE,
        in.number(),
        in.text(),
        (traits & EXACT_TTL) != 0,
        in.number(),
        in.texts(),
        in.texts(),
        in.number());
  }

  /** The yes-or-no properties of a session, one bit each. */
  static long traits(Session s) {
    return (s.behavior() == Session.Behavior.DELETE ? DELETES : 0) | (s.exactTtl() ? EXACT_TTL : 0);
  }
}
