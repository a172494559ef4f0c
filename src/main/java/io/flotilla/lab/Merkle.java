package io.flotilla.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A tree of hashes (Merkle, 1987). Its root stands for all leaves; that one of them is there is
 * shown by log n hashes.
 *
 * @param leafTag goes before what is hashed as a leaf
 * @param innerTag goes before two hashes; it differs, or two hashes could pass for a leaf
 */
public record Merkle(String leafTag, String innerTag) {
  /** As in RFC 6962. */
  static final Merkle TAGGED = new Merkle("leaf ", "inner ");

  /**
   * A step up the tree.
   *
   * @param left whether the other hash is the left one
   */
  public record Step(boolean left, String hash) {}

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String leaf(String text) {
    return hash(leafTag + text);
  }

  private String inner(String left, String right) {
    return hash(innerTag + left + right);
  }

  /** The levels from the leaves up to the root; an odd one at the end goes up as it is. */
  private List<List<String>> levels(List<String> leaves) {
    List<List<String>> levels = new ArrayList<>();
    List<String> level = leaves.stream().map(this::leaf).toList();
    levels.add(level);
    while (level.size() > 1) {
      List<String> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        boolean paired = i + 1 < level.size();
        above.add(paired ? inner(level.get(i), level.get(i + 1)) : level.get(i));
      }
      level = List.copyOf(above);
      levels.add(level);
    }
    return levels;
  }

  String root(List<String> leaves) {
    List<List<String>> levels = levels(leaves);
    return levels.get(levels.size() - 1).get(0);
  }

  List<Step> proof(List<String> leaves, int of) {
    List<Step> steps = new ArrayList<>();
    int at = of;
    for (List<String> level : levels(leaves)) {
      int other = at ^ 1;
      if (other < level.size()) {
        steps.add(new Step(other < at, level.get(other)));
      }
      at /= 2;
    }
    return List.copyOf(steps);
  }

  /** The root that follows from a leaf and its proof. */
  String climb(String leaf, List<Step> proof) {
    String at = leaf(leaf);
    for (Step step : proof) {
      at = step.left() ? inner(step.hash(), at) : inner(at, step.hash());
    }
    return at;
  }

  /** What the hash of the first two leaves is made of, as if that were a leaf itself. */
  String pair(List<String> leaves) {
    return leaf(leaves.get(0)) + leaf(leaves.get(1));
  }
}
