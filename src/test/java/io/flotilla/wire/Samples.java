package io.flotilla.wire;

import com.google.protobuf.Descriptors.Descriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** A record for each message, the same in every run; no component has its default value. */
final class Samples {
  private final List<Class<?>> types;
  private final Map<Class<?>, Object> given;
  private final Deque<Class<?>> within = new ArrayDeque<>();
  private long next = 1;

  /**
   * @param types of all records
   * @param given samples of types that aren't records, or the record to take for one
   */
  Samples(List<Class<?>> types, Map<Class<?>, Object> given) {
    this.types = types.stream().sorted(Comparator.comparing(Class::getName)).toList();
    this.given = given;
  }

  static boolean isMessage(Descriptor d) {
    return !d.getOptions().getMapEntry() && !d.getFullName().equals(TypedForm.NAME);
  }

  Object of(Class<?> record) {
    next = 1;
    within.clear();
    return record(record);
  }

  private Object record(Class<?> type) {
    within.push(type);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(components[i].getGenericType());
    }
    within.pop();
    try {
      Class<?>[] parameters =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no sample of " + type, e);
    }
  }

  private Object value(Type type) {
    Class<?> raw = Wire.raw(type);
    if (given.get(raw) instanceof Class<?> chosen) {
      return record(chosen);
    } else if (given.containsKey(raw)) {
      return given.get(raw);
    } else if (raw == long.class || raw == Long.class) {
      return next++;
    } else if (raw == int.class || raw == Integer.class) {
      return (int) next++;
    } else if (raw == double.class || raw == Double.class) {
      return next++ + 0.5;
    } else if (raw == boolean.class || raw == Boolean.class) {
      return true;
    } else if (raw == String.class) {
      return "text" + next++;
    } else if (raw == byte[].class) {
      return new byte[] {(byte) next++, -1};
    } else if (raw == OptionalLong.class) {
      return OptionalLong.of(next++);
    } else if (raw == UUID.class) {
      return new UUID(next++, next++);
    } else if (raw.isEnum()) {
      Object[] constants = raw.getEnumConstants();
      return constants[constants.length - 1];
    } else if (raw == List.class) {
      return List.of(value(argument(type, 0)));
    } else if (raw == Map.class) {
      return Map.of("key" + next++, value(argument(type, 1)));
    } else if (raw.isRecord()) {
      return within.contains(raw) ? null : record(raw);
    } else if (raw.isInterface() || raw == Object.class) {
      return oneOf(raw);
    }
    throw new IllegalStateException("no sample of " + type);
  }

  private static Type argument(Type type, int place) {
    return ((ParameterizedType) type).getActualTypeArguments()[place];
  }

  /** An implementation of the interface that isn't already under construction. */
  private Object oneOf(Class<?> declared) {
    return types.stream()
        .filter(t -> declared.isAssignableFrom(t) && !within.contains(t))
        .findFirst()
        .map(this::record)
        .orElseThrow(() -> new IllegalStateException("no message is a " + declared));
  }
}
