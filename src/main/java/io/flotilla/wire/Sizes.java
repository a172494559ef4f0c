package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import java.util.Arrays;

/**
 * The sizes of the length-prefixed parts of one message: computed once, then written in the same
 * order.
 */
final class Sizes {
  private int[] sizes = new int[32];
  private int found;
  private int written;

  /** Reserves the slot for a part; the parts nested in it follow. */
  int reserve() {
    if (found == sizes.length) {
      sizes = Arrays.copyOf(sizes, found * 2);
    }
    return found++;
  }

  /** Records the size of the content. Returns it plus the size of the length prefix. */
  int delimited(int place, int content) {
    sizes[place] = content;
    return CodedOutputStream.computeUInt32SizeNoTag(content) + content;
  }

  int next() {
    return sizes[written++];
  }
}
