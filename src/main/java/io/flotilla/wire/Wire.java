package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Writes records as protobuf messages and reads them back. Unreadable input is rejected with an
 * {@link UnreadableException}; unknown fields are skipped.
 *
 * <p>Thread-safe.
 */
public final class Wire {
  private static final Schema SCHEMA = new Schema();
  private static final String JAVA = "io.flotilla.";

  private static final Text<UUID> UUIDS = new Text<>(UUID::toString, UUID::fromString);

  /** For messages without actor references. */
  public static final Wire PLAIN = new Wire(Map.of());

  /** How values of a type are written as strings. */
  public record Text<T>(Function<T, String> write, Function<String, T> read) {}

  /** A message of any type, preceded by its name. */
  private final TypedForm typed = new TypedForm(this, Object.class);

  private final Map<Class<?>, Text<?>> texts;
  private final Map<String, RecordForm> byName = new ConcurrentHashMap<>();

  /** Not a ClassValue, as the class would then keep this object and its actor system alive. */
  private final Map<Class<?>, RecordForm> byClass = new ConcurrentHashMap<>();

  /**
   * @param texts types with a string form, besides {@link UUID}
   */
  Wire(Map<Class<?>, Text<?>> texts) {
    this.texts = new java.util.HashMap<>(texts);
    this.texts.put(UUID.class, UUIDS);
  }

  /** The name of a record's message, such as {@code kv.Change.Stored}. */
  public String name(Object message) {
    return form(message.getClass()).name();
  }

  public byte[] write(Object message) {
    return write(form(message.getClass()), message, 0, 0);
  }

  /**
   * Writes the message, preceded by its name.
   *
   * @param before bytes left free before it
   * @param after bytes left free after it
   */
  public byte[] writeTyped(Object message, int before, int after) {
    return write(typed, message, before, after);
  }

  private static byte[] write(Form.Delimited form, Object message, int before, int after) {
    Sizes sizes = new Sizes();
    int size = form.contentSize(message, sizes);
    byte[] bytes = new byte[Math.addExact(size, before + after)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, before, size);
    try {
      form.writeContent(out, message, sizes);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException(message.getClass() + " has another size than computed", e);
    }
    return bytes;
  }

  /** Writes the message, preceded by its name, and that by the length of both. */
  byte[] writeDelimited(Object message) {
    Sizes sizes = new Sizes();
    int size = typed.contentSize(message, sizes);
    byte[] bytes = new byte[delimited(size)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(size);
      typed.writeContent(out, message, sizes);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException(message.getClass() + " has another size than computed", e);
    }
    return bytes;
  }

  /** The number of bytes that {@link #writeDelimited} makes of it. */
  int delimitedSize(Object message) {
    return delimited(typed.contentSize(message, new Sizes()));
  }

  private static int delimited(int size) {
    return Math.addExact(CodedOutputStream.computeUInt32SizeNoTag(size), size);
  }

  public <T> T read(Class<T> type, byte[] bytes) {
    return read(type, bytes, () -> {});
  }

  /**
   * @param onUnknown run for each field that this version doesn't know: what is read isn't all
   */
  public <T> T read(Class<T> type, byte[] bytes, Runnable onUnknown) {
    RecordForm form = form(type);
    return type.cast(read(form, form.name(), bytes, 0, bytes.length, onUnknown));
  }

  Object read(String name, byte[] bytes) {
    return read(name, bytes, () -> {});
  }

  /**
   * @param onUnknown run for each field that this version doesn't know: what is read isn't all
   */
  public Object read(String name, byte[] bytes, Runnable onUnknown) {
    return read(form(name), name, bytes, 0, bytes.length, onUnknown);
  }

  /**
   * Reads a message preceded by its name; null if empty.
   *
   * @param onUnknown as with {@link #read(String, byte[], Runnable)}
   */
  public Object readTyped(byte[] bytes, int offset, int length, Runnable onUnknown) {
    return read(typed, "a message", bytes, offset, length, onUnknown);
  }

  private static Object read(
      Form.Delimited form, String name, byte[] bytes, int offset, int length, Runnable onUnknown) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes, offset, length);
      return form.readContent(new Input(in, onUnknown));
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableException(name + " can't be read: " + e.getMessage(), e);
    }
  }

  TypedForm typed() {
    return typed;
  }

  RecordForm form(Class<?> type) {
    RecordForm form = byClass.get(type);
    return form != null
        ? form
        : byClass.computeIfAbsent(
            type, t -> form(t.getName().substring(JAVA.length()).replace('$', '.')));
  }

  RecordForm form(String name) {
    RecordForm form = byName.get(name);
    return form != null ? form : byName.computeIfAbsent(name, this::make);
  }

  private RecordForm make(String name) {
    Descriptor descriptor = SCHEMA.messages().get(Schema.ROOT + name);
    if (descriptor == null) {
      throw new UnreadableException("no message is named " + name + " in this version");
    }
    return new RecordForm(name, descriptor, javaClass(descriptor), this);
  }

  private static Class<?> javaClass(Descriptor message) {
    String proto = message.getFile().getPackage();
    String inPackage = message.getFullName().substring(proto.length() + 1).replace('.', '$');
    String name = JAVA + proto.substring(Schema.ROOT.length()) + "." + inPackage;
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a message without a record: " + name, e);
    }
  }

  /**
   * The form of a component's values.
   *
   * @param argument which type argument the values have, as in {@code List<Entry>}; -1 for the
   *     component's own type
   */
  Form valueForm(FieldDescriptor field, RecordComponent component, int argument) {
    Type type = component.getGenericType();
    Class<?> raw =
        argument < 0
            ? component.getType()
            : raw(((ParameterizedType) type).getActualTypeArguments()[argument]);
    return switch (field.getType()) {
      case INT64, UINT64 -> Scalar.INT64;
      case INT32, UINT32 -> Scalar.INT32;
      case FIXED32 -> Scalar.FIXED32;
      case DOUBLE -> Scalar.DOUBLE;
      case BOOL -> Scalar.BOOL;
      case BYTES -> Scalar.BYTES;
      case STRING -> raw == String.class ? Scalar.STRING : new TextForm(text(raw));
      case ENUM -> new EnumForm(field.getEnumType(), raw);
      case MESSAGE ->
          field.getMessageType().getFullName().equals(TypedForm.NAME)
              ? new TypedForm(this, raw)
              : new NestedForm(this, raw);
      default -> throw new IllegalStateException("no form for " + field);
    };
  }

  @SuppressWarnings("unchecked") // registered for this type, so only applied to values of it
  private Text<Object> text(Class<?> type) {
    Text<?> text = texts.get(type);
    if (text == null) {
      throw new IllegalStateException(type + " has no string form here");
    }
    return (Text<Object>) text;
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    } else if (type instanceof ParameterizedType p) {
      return raw(p.getRawType());
    } else if (type instanceof WildcardType w) {
      return raw(w.getUpperBounds()[0]);
    } else if (type instanceof TypeVariable<?> v) {
      return raw(v.getBounds()[0]);
    }
    throw new IllegalStateException("not a class: " + type);
  }
}
