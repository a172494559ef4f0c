package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** The forms of simple values: protobuf's own, for boxed values. */
enum Scalar implements Form {
  INT64(
      WireFormat.WIRETYPE_VARINT,
      0L,
      value -> CodedOutputStream.computeInt64SizeNoTag((Long) value),
      (out, value) -> out.writeInt64NoTag((Long) value),
      CodedInputStream::readInt64),
  INT32(
      WireFormat.WIRETYPE_VARINT,
      0,
      value -> CodedOutputStream.computeInt32SizeNoTag((Integer) value),
      (out, value) -> out.writeInt32NoTag((Integer) value),
      CodedInputStream::readInt32),
  FIXED32(
      WireFormat.WIRETYPE_FIXED32,
      0,
      value -> 4,
      (out, value) -> out.writeFixed32NoTag((Integer) value),
      CodedInputStream::readFixed32),
  DOUBLE(
      WireFormat.WIRETYPE_FIXED64,
      0.0,
      value -> 8,
      (out, value) -> out.writeDoubleNoTag((Double) value),
      CodedInputStream::readDouble),
  BOOL(
      WireFormat.WIRETYPE_VARINT,
      false,
      value -> 1,
      (out, value) -> out.writeBoolNoTag((Boolean) value),
      CodedInputStream::readBool),
  STRING(
      WireFormat.WIRETYPE_LENGTH_DELIMITED,
      "",
      value -> CodedOutputStream.computeStringSizeNoTag((String) value),
      (out, value) -> out.writeStringNoTag((String) value),
      CodedInputStream::readStringRequireUtf8),
  BYTES(
      WireFormat.WIRETYPE_LENGTH_DELIMITED,
      new byte[0],
      value -> CodedOutputStream.computeByteArraySizeNoTag((byte[]) value),
      (out, value) -> out.writeByteArrayNoTag((byte[]) value),
      CodedInputStream::readByteArray);

  private interface Size {
    int of(Object value);
  }

  private interface Writer {
    void write(CodedOutputStream out, Object value) throws IOException;
  }

  private interface Reader {
    Object read(CodedInputStream in) throws IOException;
  }

  private final int wireType;
  private final Object absent;
  private final Size size;
  private final Writer writer;
  private final Reader reader;

  Scalar(int wireType, Object absent, Size size, Writer writer, Reader reader) {
    this.wireType = wireType;
    this.absent = absent;
    this.size = size;
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public int wireType() {
    return wireType;
  }

  @Override
  public int size(Object value, Sizes sizes) {
    return size.of(value);
  }

  @Override
  public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    writer.write(out, value);
  }

  @Override
  public Object read(Input in) throws IOException {
    return reader.read(in.coded());
  }

  @Override
  public Object absent() {
    return absent;
  }
}
