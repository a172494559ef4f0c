package io.flotilla.entity;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;

/** One operation on an entity. Operations of one entity happen one after another. */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "t")
@JsonTypeIdResolver(ShortNames.class)
public interface Operation {
  /** Roughly what it occupies on its way, for the limits of a batch. */
  default int bytes() {
    return 256;
  }

  /** Changes nothing that is stored; can be asked again at any time. */
  interface Read extends Operation {
    /** What a watcher of this answer watches. */
    Interest interest();

    /** The answer is wanted once its index is above this; 0 means at once. */
    long minIndex();

    /** The same question, to be answered at once. */
    Read atOnce();

    /** Whether the answer is found in no time, whatever the state. */
    default boolean quick() {
      return false;
    }
  }

  /**
   * The next page of a list whose beginning was answered, see {@link Result.Begun}.
   *
   * @param incarnation of the entity that answered it
   * @param view the list as it was then
   * @param from the place of the page's first item
   */
  record More(long incarnation, long view, int from) implements Read {
    @Override
    public Interest interest() {
      return Interest.EVERYTHING;
    }

    @Override
    public long minIndex() {
      return 0;
    }

    @Override
    public Read atOnce() {
      return this;
    }

    @Override
    public boolean quick() {
      return true;
    }
  }

  /** May change the entity. */
  interface Write extends Operation {
    /**
     * Makes a retry safe: a second write with the same id is answered as the first was. Or null.
     */
    String requestId();

    /**
     * Whether it is done however much is stored, see {@link Quota}: it tells how what is there is
     * doing, and adds to it a bounded number of bytes at most.
     */
    default boolean isUpkeep() {
      return false;
    }
  }
}
