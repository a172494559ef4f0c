package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** A value written as a string. */
record TextForm(Wire.Text<Object> text) implements Form {
  @Override
  public int wireType() {
    return WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  @Override
  public int size(Object value, Sizes sizes) {
    return Scalar.STRING.size(text.write().apply(value), sizes);
  }

  @Override
  public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    Scalar.STRING.write(out, text.write().apply(value), sizes);
  }

  @Override
  public Object read(Input in) throws IOException {
    return text.read().apply((String) Scalar.STRING.read(in));
  }

  @Override
  public Object absent() {
    return null;
  }
}
