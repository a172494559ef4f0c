package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;

/**
 * A value whose Java type is an interface, written as {@code flotilla.Typed}: the name of its
 * message and the message itself. Empty for null.
 *
 * <p>{@link WhenUnknown} decides whether an unknown message name makes the enclosing message
 * unreadable.
 */
final class TypedForm implements Form.Delimited {
  static final String NAME = "flotilla.Typed";
  private static final int TYPE = 1;
  private static final int MESSAGE = 2;
  private static final int TYPE_TAG = TYPE << 3 | 2;
  private static final int MESSAGE_TAG = MESSAGE << 3 | 2;

  private final Wire wire;
  private final Class<?> declared;
  private final Constructor<?> whenUnknown;

  TypedForm(Wire wire, Class<?> declared) {
    this.wire = wire;
    this.declared = declared;
    this.whenUnknown = whenUnknown(declared.getAnnotation(WhenUnknown.class));
  }

  private static Constructor<?> whenUnknown(WhenUnknown annotation) {
    try {
      return annotation == null ? null : annotation.value().getConstructor(String.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(annotation + " can't be created from a name", e);
    }
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
        value = readMessage(name, in);
      } else {
        in.skip(tag);
      }
    }
    if (value != null && !declared.isInstance(value)) {
      throw new UnreadableException(name + " where " + declared.getSimpleName() + " belongs");
    }
    return value;
  }

  private Object readMessage(String name, Input in) throws IOException {
    int length = in.coded().readRawVarint32();
    int end = in.coded().getTotalBytesRead() + length;
    int outer = in.coded().pushLimit(length);
    try {
      Object value = wire.form(name).readContent(in);
      in.coded().popLimit(outer);
      return value;
    } catch (UnreadableException e) {
      if (whenUnknown == null) {
        throw e;
      }
      in.coded().popLimit(outer);
      in.coded().skipRawBytes(end - in.coded().getTotalBytesRead());
      return unknown(name);
    }
  }

  private Object unknown(String name) {
    try {
      return whenUnknown.newInstance(name);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(declared + " has no stand-in for unknown messages", e);
    }
  }
}
