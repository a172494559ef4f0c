package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** A record and its message. */
final class RecordForm implements Form.Delimited {
  private final String name;
  private final byte[] nameBytes;
  private final Class<?> type;
  private final FieldForm[] inOrder;
  private final FieldForm[] byNumber;
  private final MethodHandle constructor;
  private final int components;

  RecordForm(String name, Descriptor descriptor, Class<?> type, Wire wire) {
    this.name = name;
    this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
    this.type = type;
    RecordComponent[] all = type.getRecordComponents();
    if (all == null || all.length != descriptor.getFields().size()) {
      throw new IllegalStateException(type + " and " + name + " don't have the same fields");
    }
    this.components = all.length;
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      this.inOrder = new FieldForm[components];
      for (int i = 0; i < components; i++) {
        FieldDescriptor field = field(descriptor, all[i]);
        MethodHandle accessor = lookup.unreflect(all[i].getAccessor());
        inOrder[i] = FieldForm.of(field, all[i], i, accessor, wire);
      }
      Class<?>[] types = Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new);
      this.constructor =
          lookup
              .unreflectConstructor(type.getDeclaredConstructor(types))
              .asSpreader(Object[].class, components)
              .asType(java.lang.invoke.MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " can't be read", e);
    }
    Arrays.sort(inOrder, Comparator.comparingInt(FieldForm::number));
    this.byNumber = new FieldForm[components == 0 ? 0 : inOrder[components - 1].number() + 1];
    for (FieldForm field : inOrder) {
      byNumber[field.number()] = field;
    }
  }

  private static FieldDescriptor field(Descriptor descriptor, RecordComponent component) {
    return descriptor.getFields().stream()
        .filter(f -> f.getJsonName().equals(component.getName()))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    descriptor.getFullName() + " has no field for " + component));
  }

  String name() {
    return name;
  }

  /** The name in UTF-8, as written before each value whose type may vary. */
  byte[] nameBytes() {
    return nameBytes;
  }

  Class<?> type() {
    return type;
  }

  @Override
  public int contentSize(Object value, Sizes sizes) {
    int sum = 0;
    for (FieldForm field : inOrder) {
      sum += field.size(value, sizes);
    }
    return sum;
  }

  @Override
  public void writeContent(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    for (FieldForm field : inOrder) {
      field.write(out, value, sizes);
    }
  }

  @Override
  public Object readContent(Input in) throws IOException {
    Object[] values = new Object[components];
    for (int tag = in.coded().readTag(); tag != 0; tag = in.coded().readTag()) {
      int number = tag >>> 3;
      FieldForm field = number < byNumber.length ? byNumber[number] : null;
      if (field == null || !field.read(tag, in, values)) {
        in.skip(tag);
      }
    }
    for (FieldForm field : inOrder) {
      field.finish(values);
    }
    return create(values);
  }

  private Object create(Object[] values) {
    try {
      return constructor.invokeExact(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
