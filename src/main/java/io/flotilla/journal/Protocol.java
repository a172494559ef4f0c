package io.flotilla.journal;

/**
 * The version of what nodes say to each other and write to their common log. It rises when a
 * version of Flotilla begins to use something that earlier ones don't know; a node may use it once
 * all nodes have at least that number.
 */
public final class Protocol {
  public static final int CURRENT = 1;

  private Protocol() {}
}
