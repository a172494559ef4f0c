package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import java.util.Arrays;

/**
 * The sizes of the parts of one message that have their length in front. They are found once, and
 * then written in the same order.
 */
final class Sizes {
  private int[] sizes = new int[32];
  private int found;
  private int written;

  /** Keeps the place of a part; those within it come after it. */
  int reserve() {
    if (found == sizes.length) {
      sizes = Arrays.copyOf(sizes, found * 2);
    }
    return found++;
  }

  /** The size of the content, now known. Returns it with that of the length itself. */
  int delimited(int place, int content) {
    sizes[place] = content;
    return CodedOutputStream.computeUInt32SizeNoTag(content) + content;
  }

  int next() {
    return sizes[written++];
  }
}
