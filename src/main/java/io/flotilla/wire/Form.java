package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** How the values of one type are written, behind the tag of their field. */
interface Form {
  /** One of {@link WireFormat}'s. */
  int wireType();

  /**
   * @param sizes where the sizes of what has its length in front are kept, in the order of writing
   */
  int size(Object value, Sizes sizes);

  void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException;

  Object read(Input in) throws IOException;

  /** What is read where nothing was written; not written, unless the field knows absence. */
  Object absent();

  /** A form in front of which its length stands. */
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
