package io.flotilla.kv;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** One operation on a namespace. Operations of one namespace happen one after another. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
  @Type(value = Op.Get.class, name = "g"),
  @Type(value = Op.ListEntries.class, name = "l"),
  @Type(value = Op.ListKeys.class, name = "k"),
  @Type(value = Op.Put.class, name = "p"),
  @Type(value = Op.Delete.class, name = "d"),
  @Type(value = Op.DeleteTree.class, name = "dt"),
})
public sealed interface Op extends KvMessage {

  /** Changes nothing; can be asked again at any time. */
  sealed interface Read extends Op {
    /** What a watcher of this answer watches. */
    Interest interest();

    /** The answer is wanted once its index is above this; 0 means at once. */
    long minIndex();

    /** The same question, to be answered at once. */
    Read atOnce();
  }

  /** May change the namespace. */
  sealed interface Write extends Op {
    /**
     * Makes a retry safe: a second write with the same id is answered as the first was. Or null.
     */
    String requestId();
  }

  record Get(String key, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(key);
    }

    @Override
    public Read atOnce() {
      return new Get(key, 0);
    }
  }

  record ListEntries(String prefix, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.prefix(prefix);
    }

    @Override
    public Read atOnce() {
      return new ListEntries(prefix, 0);
    }
  }

  /**
   * Keys only, cut after the first separator that follows the prefix; an empty separator cuts
   * nothing.
   */
  record ListKeys(String prefix, String separator, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.prefix(prefix);
    }

    @Override
    public Read atOnce() {
      return new ListKeys(prefix, separator, 0);
    }
  }

  /**
   * @param cas write only if the key's modifyIndex is this; 0 means only if the key does not exist
   */
  record Put(String key, byte[] value, long flags, OptionalLong cas, String requestId)
      implements Write {}

  /**
   * @param cas delete only if the key's modifyIndex is this; 0 deletes nothing
   */
  record Delete(String key, OptionalLong cas, String requestId) implements Write {}

  record DeleteTree(String prefix, String requestId) implements Write {}

  /** Roughly what the operation occupies on its way, for the limits of a batch. */
  static int bytes(Op op) {
    return op instanceof Put p ? p.key.length() + p.value.length + 64 : 256;
  }

  /**
   * Tells a retry from another request that was given the same id by mistake. It is stored: never
   * to be changed.
   */
  static int fingerprint(Write op) {
    if (op instanceof Put p) {
      int h = 31 * p.key.hashCode() + Arrays.hashCode(p.value);
      return 31 * (31 * h + Long.hashCode(p.flags)) + condition(p.cas);
    } else if (op instanceof Delete d) {
      return 31 * (31 * d.key.hashCode() + 1) + condition(d.cas);
    } else if (op instanceof DeleteTree d) {
      return 31 * d.prefix.hashCode() + 2;
    }
    throw new IllegalArgumentException("no such write: " + op);
  }

  private static int condition(OptionalLong cas) {
    return cas.isEmpty() ? -1 : Long.hashCode(cas.getAsLong());
  }

  /** Length of a key in bytes, as the limits count it. */
  static int keyBytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length;
  }
}
