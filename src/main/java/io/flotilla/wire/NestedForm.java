package io.flotilla.wire;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/**
 * A message within a message. Its form is looked up on first use, because a message may contain
 * itself.
 */
final class NestedForm implements Form.Delimited {
  private final Wire wire;
  private final Class<?> type;
  private volatile RecordForm form;

  NestedForm(Wire wire, Class<?> type) {
    this.wire = wire;
    this.type = type;
  }

  private RecordForm form() {
    if (form == null) {
      form = wire.form(type);
    }
    return form;
  }

  @Override
  public int contentSize(Object value, Sizes sizes) {
    return form().contentSize(value, sizes);
  }

  @Override
  public void writeContent(CodedOutputStream out, Object value, Sizes sizes) throws IOException {
    form().writeContent(out, value, sizes);
  }

  @Override
  public Object readContent(Input in) throws IOException {
    return form().readContent(in);
  }
}
