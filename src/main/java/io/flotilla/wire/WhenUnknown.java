package io.flotilla.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * For an interface whose values are part of larger messages: names the stand-in for a value that
 * this version doesn't know. Without it, the whole message is unreadable.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WhenUnknown {
  /** A record whose only component is the name of the unknown message. */
  Class<? extends Record> value();
}
