package io.flotilla.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On an interface whose values are part of larger messages: what is read in place of one that this
 * version doesn't know. Without it, the whole message can't be read.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WhenUnknown {
  /** Its only component is the name of the message. */
  Class<? extends Record> value();
}
