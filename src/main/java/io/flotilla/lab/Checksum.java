package io.flotilla.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a block is known by.
 *
 * @param weak quick, and can roll; others may have the same
 * @param strong slow, and nobody finds another block with the same
 */
public record Checksum(int weak, String strong) {
  static final int BLOCK = 4;

  static List<Checksum> ofBlocks(String file) {
    List<Checksum> checksums = new ArrayList<>();
    for (int i = 0; i < file.length() / BLOCK; i++) {
      String text = block(file, i);
      checksums.add(new Checksum(new Rolling(text).weak(), strong(text)));
    }
    return List.copyOf(checksums);
  }

  static String block(String file, int number) {
    return file.substring(number * BLOCK, Math.min(file.length(), (number + 1) * BLOCK));
  }

  static String strong(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
