package io.flotilla.entity;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.io.IOException;

/**
 * How operations and results are named in messages: by package and class, such as {@code
 * kv.KeyOp$Put}. So no list of them has to be kept, and kinds of entities can't take each other's
 * names. Jackson makes only subtypes of what is declared. Names are never stored: messages pass
 * between nodes of one version.
 */
final class ShortNames extends TypeIdResolverBase {
  private static final String ROOT = "io.flotilla.";

  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          if (!type.getName().startsWith(ROOT)) {
            throw new IllegalArgumentException(type + " is not in " + ROOT);
          }
          return type.getName().substring(ROOT.length());
        }
      };

  private JavaType declared;

  @Override
  public void init(JavaType baseType) {
    declared = baseType;
  }

  @Override
  public String idFromValue(Object value) {
    return NAMES.get(value.getClass());
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> suggested) {
    return NAMES.get(value == null ? suggested : value.getClass());
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) throws IOException {
    return context.resolveSubType(declared, ROOT + id);
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
