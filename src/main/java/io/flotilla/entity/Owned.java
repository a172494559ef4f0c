package io.flotilla.entity;

import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** How many of something each owner has. An empty name is nobody's, and isn't counted. */
public record Owned(PMap<String, Integer> byOwner) {
  public static Owned none() {
    return new Owned(HashTreePMap.empty());
  }

  public int by(String owner) {
    return byOwner.getOrDefault(owner, 0);
  }

  public Owned plus(String owner) {
    return owner.isEmpty() ? this : new Owned(byOwner.plus(owner, by(owner) + 1));
  }

  public Owned minus(String owner) {
    return by(owner) <= 1
        ? new Owned(byOwner.minus(owner))
        : new Owned(byOwner.plus(owner, by(owner) - 1));
  }

  /**
   * @param most that it may have; 0: any number
   * @throws Refusal if another one would be too many
   */
  public void checkRoom(String owner, int most, String what) {
    if (most > 0 && by(owner) >= most) {
      throw new Refusal(
          "too-many-" + what,
          "You have as many "
              + what
              + " in this namespace as one client may (flotilla.client."
              + what
              + "); end some.");
    }
  }
}
