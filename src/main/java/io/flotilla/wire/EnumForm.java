package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Matches enum constants to those in the proto by name, not by order. */
final class EnumForm implements Form {
  private final String name;
  private final int[] numbers;
  private final Map<Integer, Object> byNumber = new HashMap<>();

  EnumForm(EnumDescriptor descriptor, Class<?> type) {
    this.name = descriptor.getFullName();
    Object[] constants = type.getEnumConstants();
    this.numbers = new int[constants.length];
    for (Object constant : constants) {
      EnumValueDescriptor value = descriptor.findValueByName(((Enum<?>) constant).name());
      if (value == null) {
        throw new IllegalStateException(name + " has no value " + constant);
      }
      numbers[((Enum<?>) constant).ordinal()] = value.getNumber();
      byNumber.put(value.getNumber(), constant);
    }
  }

  @Override
  public int wireType() {
    return WireFormat.WIRETYPE_VARINT;
  }

  @Override
  public int size(Object value, Sizes sizes) {
    return CodedOutputStream.computeEnumSizeNoTag(number(value));
  }

  @Override
  public void write(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    out.writeEnumNoTag(number(value));
  }

  @Override
  public Object read(Input in) throws IOException {
    int number = in.coded().readEnum();
    Object constant = byNumber.get(number);
    if (constant == null) {
      throw new UnreadableException(name + " has a value unknown to this version: " + number);
    }
    return constant;
  }

  private int number(Object value) {
    return numbers[((Enum<?>) value).ordinal()];
  }

  @Override
  public Object absent() {
    return byNumber.get(0);
  }
}
