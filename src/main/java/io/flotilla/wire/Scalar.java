package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** The forms of simple values. */
enum Scalar implements Form {
  INT64(WireFormat.WIRETYPE_VARINT, 0L) {
    @Override
    public int size(Object value, Sizes sizes) {
      return CodedOutputStream.computeInt64SizeNoTag((Long) value);
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeInt64NoTag((Long) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readInt64();
    }
  },
  INT32(WireFormat.WIRETYPE_VARINT, 0) {
    @Override
    public int size(Object value, Sizes sizes) {
      return CodedOutputStream.computeInt32SizeNoTag((Integer) value);
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeInt32NoTag((Integer) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readInt32();
    }
  },
  FIXED32(WireFormat.WIRETYPE_FIXED32, 0) {
    @Override
    public int size(Object value, Sizes sizes) {
      return 4;
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeFixed32NoTag((Integer) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readFixed32();
    }
  },
  DOUBLE(WireFormat.WIRETYPE_FIXED64, 0.0) {
    @Override
    public int size(Object value, Sizes sizes) {
      return 8;
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeDoubleNoTag((Double) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readDouble();
    }
  },
  BOOL(WireFormat.WIRETYPE_VARINT, false) {
    @Override
    public int size(Object value, Sizes sizes) {
      return 1;
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeBoolNoTag((Boolean) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readBool();
    }
  },
  STRING(WireFormat.WIRETYPE_LENGTH_DELIMITED, "") {
    @Override
    public int size(Object value, Sizes sizes) {
      return CodedOutputStream.computeStringSizeNoTag((String) value);
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeStringNoTag((String) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readStringRequireUtf8();
    }
  },
  BYTES(WireFormat.WIRETYPE_LENGTH_DELIMITED, new byte[0]) {
    @Override
    public int size(Object value, Sizes sizes) {
      return CodedOutputStream.computeByteArraySizeNoTag((byte[]) value);
    }

    @Override
    public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
      out.writeByteArrayNoTag((byte[]) value);
    }

    @Override
    public Object read(Input in) throws IOException {
      return in.coded().readByteArray();
    }
  };

  private final int wireType;
  private final Object absent;

  Scalar(int wireType, Object absent) {
    this.wireType = wireType;
    this.absent = absent;
  }

  @Override
  public int wireType() {
    return wireType;
  }

  @Override
  public Object absent() {
    return absent;
  }
}
