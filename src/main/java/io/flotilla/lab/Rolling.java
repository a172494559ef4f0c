package io.flotilla.lab;

/**
 * A window on a file, and the weak checksum of what is in it: the sum of the characters, and the
 * sum of these sums. When it moves by one, one character leaves and one enters.
 */
final class Rolling {
  private static final int BITS = 16;
  private static final int MASK = (1 << BITS) - 1;

  private final String file;
  private int at;
  private int sum;
  private int sums;

  Rolling(String file) {
    this.file = file;
    begin();
  }

  private void begin() {
    sum = 0;
    sums = 0;
    for (int i = at; i < end(); i++) {
      sum += file.charAt(i);
      sums += (at + Checksum.BLOCK - i) * file.charAt(i);
    }
  }

  private int end() {
    return Math.min(file.length(), at + Checksum.BLOCK);
  }

  int at() {
    return at;
  }

  boolean isWhole() {
    return at + Checksum.BLOCK <= file.length();
  }

  String text() {
    return file.substring(at, end());
  }

  int weak() {
    return (sum & MASK) | sums << BITS;
  }

  /** By one character. */
  void roll() {
    char leaves = file.charAt(at);
    char enters = isWhole() && end() < file.length() ? file.charAt(end()) : 0;
    at++;
    sum += enters - leaves;
    sums += sum - Checksum.BLOCK * leaves;
  }

  /** By a block. */
  void jump() {
    at += Checksum.BLOCK;
    begin();
  }
}
