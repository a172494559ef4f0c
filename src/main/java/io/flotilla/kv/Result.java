package io.flotilla.kv;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** The answer to one {@link Op}. Its index is what Consul sends as X-Consul-Index, at least 1. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
  @Type(value = Result.Entries.class, name = "e"),
  @Type(value = Result.Keys.class, name = "k"),
  @Type(value = Result.Unchanged.class, name = "u"),
  @Type(value = Result.Done.class, name = "d"),
  @Type(value = Result.Refused.class, name = "r"),
})
public sealed interface Result extends KvMessage {

  /** Sorted by key; empty when nothing matched. */
  record Entries(long index, List<Entry> entries) implements Result {}

  /** Sorted; empty when nothing matched. */
  record Keys(long index, List<String> keys) implements Result {}

  /** A read with a minIndex has no newer answer yet; the asker is told of the next change. */
  record Unchanged(long index) implements Result {}

  /**
   * A write was decided.
   *
   * @param ok false when its condition did not hold, and then nothing was changed
   */
  record Done(boolean ok, long index) implements Result {}

  /** The operation cannot be done as asked; nothing was changed. The code is stable. */
  record Refused(String code, String message) implements Result {}
}
