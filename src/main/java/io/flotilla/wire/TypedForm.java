package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/**
 * A value that may be of several types, where the Java type is an interface: {@code
 * flotilla.Typed}, the name of its message and the message. Empty for null.
 */
final class TypedForm implements Form.Delimited {
  static final String NAME = "flotilla.Typed";
  private static final int TYPE = 1;
  private static final int MESSAGE = 2;
  private static final int TYPE_TAG = TYPE << 3 | 2;
  private static final int MESSAGE_TAG = MESSAGE << 3 | 2;

  private final Wire wire;
  private final Class<?> declared;

  TypedForm(Wire wire, Class<?> declared) {
    this.wire = wire;
    this.declared = declared;
  }

  @Override
  public int contentSize(Object value, Sizes sizes) {
    if (value == null) {
      return 0;
    }
    RecordForm form = wire.form(value.getClass());
    return CodedOutputStream.computeByteArraySize(TYPE, form.nameBytes())
        + CodedOutputStream.computeTagSize(MESSAGE)
        + form.size(value, sizes);
  }

  @Override
  public void writeContent(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    if (value == null) {
      return;
    }
    RecordForm form = wire.form(value.getClass());
    out.writeByteArray(TYPE, form.nameBytes());
    out.writeUInt32NoTag(MESSAGE_TAG);
    form.write(out, value, sizes);
  }

  @Override
  public Object readContent(Input in) throws IOException {
    String name = null;
    Object value = null;
    for (int tag = in.coded().readTag(); tag != 0; tag = in.coded().readTag()) {
      if (tag == TYPE_TAG) {
        name = in.coded().readString();
      } else if (tag == MESSAGE_TAG && name != null) {
        value = wire.form(name).read(in);
      } else {
        in.skip(tag);
      }
    }
    if (value != null && !declared.isInstance(value)) {
      throw new UnreadableException(name + " where " + declared.getSimpleName() + " belongs");
    }
    return value;
  }
}
