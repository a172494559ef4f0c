package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A component of a record and the field of its message: a single value, an optional one, a list or
 * a map.
 */
abstract class FieldForm {
  private final FieldDescriptor field;
  private final MethodHandle accessor;
  final int place;
  final int tag;
  final int tagSize;
  final Form form;

  private FieldForm(FieldDescriptor field, int place, MethodHandle accessor, int wire, Form form) {
    this.field = field;
    this.place = place;
    this.accessor = accessor.asType(MethodType.methodType(Object.class, Object.class));
    this.tag = field.getNumber() << 3 | wire;
    this.tagSize = CodedOutputStream.computeTagSize(field.getNumber());
    this.form = form;
  }

  static FieldForm of(
      FieldDescriptor field,
      RecordComponent component,
      int place,
      MethodHandle accessor,
      Wire wire) {
    if (field.isMapField()) {
      Form value = wire.valueForm(field.getMessageType().findFieldByNumber(2), component, 1);
      return new MapField(field, place, accessor, value);
    } else if (field.isRepeated()) {
      Form value = wire.valueForm(field, component, 0);
      return value.wireType() == WireFormat.WIRETYPE_LENGTH_DELIMITED
          ? new ListField(field, place, accessor, value)
          : new PackedField(field, place, accessor, value);
    } else if (component.getType() == OptionalLong.class) {
      return new OptionalLongField(field, place, accessor);
    }
    return new SingleField(field, place, accessor, wire.valueForm(field, component, -1));
  }

  final int number() {
    return field.getNumber();
  }

  /** Size of the whole field, tags included; 0 if it isn't written. */
  abstract int size(Object record, Sizes sizes);

  abstract void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException;

  abstract void read(Input in, Object[] values) throws IOException;

  /** Called after the last field has been read; makes the component's value. */
  abstract void finish(Object[] values);

  /** Returns false if the field isn't of the expected type. */
  final boolean read(int readTag, Input in, Object[] values) throws IOException {
    if (readTag != tag) {
      return false;
    }
    read(in, values);
    return true;
  }

  final Object get(Object record) {
    try {
      return (Object) accessor.invokeExact(record);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The component's value, where the message has no way to express null. */
  final Object required(Object record) {
    Object value = get(record);
    if (value == null) {
      throw new NullPointerException(field.getFullName() + " of " + record);
    }
    return value;
  }

  private static final class SingleField extends FieldForm {
    private final boolean knowsAbsence;

    SingleField(FieldDescriptor field, int place, MethodHandle accessor, Form form) {
      super(field, place, accessor, form.wireType(), form);
      this.knowsAbsence = field.hasPresence();
    }

    private Object written(Object record) {
      if (knowsAbsence) {
        return get(record);
      }
      Object value = required(record);
      boolean isDefault =
          value instanceof byte[] bytes ? bytes.length == 0 : value.equals(form.absent());
      return isDefault ? null : value;
    }

    @Override
    int size(Object record, Sizes sizes) {
      Object value = written(record);
      return value == null ? 0 : tagSize + form.size(value, sizes);
    }

    @Override
    void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException {
      Object value = written(record);
      if (value != null) {
        out.writeUInt32NoTag(tag);
        form.write(out, value, sizes);
      }
    }

    @Override
    void read(Input in, Object[] values) throws IOException {
      values[place] = form.read(in);
    }

    @Override
    void finish(Object[] values) {
      if (values[place] == null && !knowsAbsence) {
        values[place] = form.absent();
      }
    }
  }

  private static final class OptionalLongField extends FieldForm {
    OptionalLongField(FieldDescriptor field, int place, MethodHandle accessor) {
      super(field, place, accessor, Scalar.INT64.wireType(), Scalar.INT64);
    }

    @Override
    int size(Object record, Sizes sizes) {
      OptionalLong value = (OptionalLong) required(record);
      return value.isPresent() ? tagSize + form.size(value.getAsLong(), sizes) : 0;
    }

    @Override
    void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException {
      OptionalLong value = (OptionalLong) required(record);
      if (value.isPresent()) {
        out.writeUInt32NoTag(tag);
        form.write(out, value.getAsLong(), sizes);
      }
    }

    @Override
    void read(Input in, Object[] values) throws IOException {
      values[place] = OptionalLong.of((Long) form.read(in));
    }

    @Override
    void finish(Object[] values) {
      if (values[place] == null) {
        values[place] = OptionalLong.empty();
      }
    }
  }

  private static class ListField extends FieldForm {
    ListField(FieldDescriptor field, int place, MethodHandle accessor, Form form) {
      super(field, place, accessor, WireFormat.WIRETYPE_LENGTH_DELIMITED, form);
    }

    @Override
    int size(Object record, Sizes sizes) {
      List<?> list = (List<?>) required(record);
      int sum = tagSize * list.size();
      for (Object value : list) {
        sum += form.size(value, sizes);
      }
      return sum;
    }

    @Override
    void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException {
      for (Object value : (List<?>) required(record)) {
        out.writeUInt32NoTag(tag);
        form.write(out, value, sizes);
      }
    }

    @SuppressWarnings("unchecked") // made here
    final List<Object> list(Object[] values) {
      if (values[place] == null) {
        values[place] = new ArrayList<>();
      }
      return (List<Object>) values[place];
    }

    @Override
    void read(Input in, Object[] values) throws IOException {
      list(values).add(form.read(in));
    }

    @Override
    void finish(Object[] values) {
      values[place] =
          values[place] == null ? List.of() : Collections.unmodifiableList(list(values));
    }
  }

  /** A packed list of numbers: all of them behind one tag. */
  private static final class PackedField extends ListField {
    PackedField(FieldDescriptor field, int place, MethodHandle accessor, Form form) {
      super(field, place, accessor, form);
    }

    private int contentSize(List<?> list, Sizes sizes) {
      int sum = 0;
      for (Object value : list) {
        sum += form.size(value, sizes);
      }
      return sum;
    }

    @Override
    int size(Object record, Sizes sizes) {
      List<?> list = (List<?>) required(record);
      if (list.isEmpty()) {
        return 0;
      }
      int place = sizes.reserve();
      return tagSize + sizes.delimited(place, contentSize(list, sizes));
    }

    @Override
    void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException {
      List<?> list = (List<?>) required(record);
      if (list.isEmpty()) {
        return;
      }
      out.writeUInt32NoTag(tag);
      out.writeUInt32NoTag(sizes.next());
      for (Object value : list) {
        form.write(out, value, sizes);
      }
    }

    @Override
    void read(Input in, Object[] values) throws IOException {
      int outer = in.coded().pushLimit(in.coded().readRawVarint32());
      while (in.coded().getBytesUntilLimit() > 0) {
        list(values).add(form.read(in));
      }
      in.coded().popLimit(outer);
    }
  }

  /** A map with string keys, written in key order so that equal maps give equal bytes. */
  private static final class MapField extends FieldForm {
    private static final int KEY_TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private final int valueTag;

    MapField(FieldDescriptor field, int place, MethodHandle accessor, Form form) {
      super(field, place, accessor, WireFormat.WIRETYPE_LENGTH_DELIMITED, form);
      this.valueTag = 2 << 3 | form.wireType();
    }

    private int entrySize(Map.Entry<?, ?> entry, Sizes sizes) {
      return 2 + Scalar.STRING.size(entry.getKey(), sizes) + form.size(entry.getValue(), sizes);
    }

    private TreeMap<?, ?> sorted(Object record) {
      return new TreeMap<>((Map<?, ?>) required(record));
    }

    @Override
    int size(Object record, Sizes sizes) {
      int sum = 0;
      for (Map.Entry<?, ?> entry : sorted(record).entrySet()) {
        int place = sizes.reserve();
        sum += tagSize + sizes.delimited(place, entrySize(entry, sizes));
      }
      return sum;
    }

    @Override
    void write(CodedOutputStream out, Object record, Sizes sizes) throws IOException {
      for (Map.Entry<?, ?> entry : sorted(record).entrySet()) {
        out.writeUInt32NoTag(tag);
        out.writeUInt32NoTag(sizes.next());
        out.writeUInt32NoTag(KEY_TAG);
        Scalar.STRING.write(out, entry.getKey(), sizes);
        out.writeUInt32NoTag(valueTag);
        form.write(out, entry.getValue(), sizes);
      }
    }

    @SuppressWarnings("unchecked") // made here
    private Map<String, Object> map(Object[] values) {
      if (values[place] == null) {
        values[place] = new java.util.LinkedHashMap<String, Object>();
      }
      return (Map<String, Object>) values[place];
    }

    @Override
    void read(Input in, Object[] values) throws IOException {
      int outer = in.coded().pushLimit(in.coded().readRawVarint32());
      String key = "";
      Object value = form.absent();
      for (int t = in.coded().readTag(); t != 0; t = in.coded().readTag()) {
        if (t == KEY_TAG) {
          key = (String) Scalar.STRING.read(in);
        } else if (t == valueTag) {
          value = form.read(in);
        } else {
          in.skip(t);
        }
      }
      in.coded().popLimit(outer);
      map(values).put(key, value);
    }

    @Override
    void finish(Object[] values) {
      values[place] = Collections.unmodifiableMap(map(values));
    }
  }
}
