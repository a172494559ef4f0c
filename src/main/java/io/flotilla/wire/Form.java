package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** How values of one type are written, after the tag of their field. */
interface Form {
  /** One of the wire types in {@link WireFormat}. */
  int wireType();

  /**
   * @param sizes collects the sizes of length-prefixed parts, in writing order
   */
  int size(Object value, Sizes sizes);

  void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException;

  Object read(Input in) throws IOException;

  /** The value of a missing field; not written, unless the field tracks presence. */
  Object absent();

  /** A length-prefixed form. */
  interface Delimited extends Form {
    @Override
    default int wireType() {
      return WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    int contentSize(Object value, Sizes sizes);

    void writeContent(CodedOutputStream out, Object value, Sizes sizes) throws IOException;

    Object readContent(Input in) throws IOException;

    @Override
    default int size(Object value, Sizes sizes) {
      int place = sizes.reserve();
      return sizes.delimited(place, contentSize(value, sizes));
    }

    @Override
    default void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeUInt32NoTag(sizes.next());
      writeContent(out, value, sizes);
    }

    @Override
    default Object read(Input in) throws IOException {
      int outer = in.coded().pushLimit(in.coded().readRawVarint32());
      Object value = readContent(in);
      in.coded().popLimit(outer);
      return value;
    }

    @Override
    default Object absent() {
      return null;
    }
  }
}
