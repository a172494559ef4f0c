package io.flotilla.lab.sim;

/** 128 bits that tell states apart: two independent 64-bit hashes fed with the same numbers. */
public final class Fingerprint {
  private long high = 0x6A09E667F3BCC908L;
  private long low = 0xBB67AE8584CAA73BL;

  /** The result. */
  public record Value(long high, long low) {
    @Override
    public String toString() {
      return String.format("%016x%016x", high, low);
    }
  }

  public Fingerprint add(long number) {
    high = mix(high ^ number) * 0x9E3779B97F4A7C15L;
    low = mix(low + number * 0xD6E8FEB86659FD93L) + 0x632BE59BD9B4E019L;
    return this;
  }

  public Fingerprint add(String text) {
    add(text.length());
    long word = 0;
    for (int i = 0; i < text.length(); i++) {
      word = word << 16 | text.charAt(i);
      if ((i & 3) == 3) {
        add(word);
        word = 0;
      }
    }
    return add(word);
  }

  public Fingerprint add(int[] numbers) {
    for (int number : numbers) {
      add(number);
    }
    return this;
  }

  public Fingerprint add(Value value) {
    return add(value.high()).add(value.low());
  }

  public Value value() {
    return new Value(mix(high), mix(low));
  }

  /** The finaliser of MurmurHash3: every bit of the input moves half the bits of the output. */
  private static long mix(long z) {
    z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
