package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/**
 * The input being read.
 *
 * @param onUnknown run for each field that this version doesn't know
 */
record Input(CodedInputStream coded, Runnable onUnknown) {
  void skip(int tag) throws IOException {
    onUnknown.run();
    coded.skipField(tag);
  }
}
