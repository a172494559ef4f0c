package io.flotilla.lab;

/**
 * A part of the file that {@link Rsync} copies: a block that the mirror has, or else text.
 *
 * @param block its number at the mirror; negative if the part is text
 */
public record FilePart(int block, String text) {
  static FilePart copy(int block) {
    return new FilePart(block, "");
  }

  static FilePart text(String text) {
    return new FilePart(-1, text);
  }

  boolean isCopy() {
    return block >= 0;
  }
}
