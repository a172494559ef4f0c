package io.flotilla.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A page of the ledger of {@link ProofOfWork}.
 *
 * @param previous the hash of the block before it
 * @param payment one, or empty; as in "coin to shop": the first word is what is spent
 * @param nonce a number that makes the hash begin with zeros, found by trying
 */
public record Block(String previous, String miner, String payment, int nonce) {
  static final String GENESIS = "genesis";

  /** Few, so that a simulation is quick. Each further one makes it 16 times the work. */
  private static final String ZEROS = "0";

  /** The same block with a nonce that works. */
  static Block mine(String previous, String miner, String payment) {
    Block block = new Block(previous, miner, payment, 0);
    while (!block.isWorked()) {
      block = new Block(previous, miner, payment, block.nonce + 1);
    }
    return block;
  }

  public boolean isWorked() {
    return hash().startsWith(ZEROS);
  }

  public String coin() {
    return payment.split(" ")[0];
  }

  public String hash() {
    try {
      String text = previous + " " + miner + " " + payment + " " + nonce;
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether each block is worked and follows the one before it, and no coin is spent twice. */
  static boolean isValid(List<Block> chain) {
    String previous = GENESIS;
    for (Block block : chain) {
      if (!block.isWorked() || !block.previous.equals(previous)) {
        return false;
      }
      previous = block.hash();
    }
    List<String> coins = chain.stream().map(Block::coin).filter(c -> !c.isEmpty()).toList();
    return coins.size() == coins.stream().distinct().count();
  }

  @Override
  public String toString() {
    return hash() + (payment.isEmpty() ? "" : " " + payment);
  }
}
