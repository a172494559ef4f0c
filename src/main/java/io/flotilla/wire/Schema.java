package io.flotilla.wire;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages of {@code src/main/proto}, from the compiled descriptors. */
final class Schema {
  /** Prefix of all package names. */
  static final String ROOT = "flotilla.";

  private static final String RESOURCE = "io/flotilla/wire/messages.desc";

  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, Descriptor> messages = new HashMap<>();

  /** Reads every descriptor file on the class path: applications, and the tests, have their own. */
  Schema() {
    try {
      for (URL each : Collections.list(Schema.class.getClassLoader().getResources(RESOURCE))) {
        try (InputStream in = each.openStream()) {
          add(FileDescriptorSet.parseFrom(in));
        }
      }
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  /** Files come after those they import. */
  private void add(FileDescriptorSet set) throws DescriptorValidationException {
    for (FileDescriptorProto file : set.getFileList()) {
      if (!files.containsKey(file.getName())) {
        FileDescriptor[] imports =
            file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        FileDescriptor built = FileDescriptor.buildFrom(file, imports);
        files.put(file.getName(), built);
        add(built.getMessageTypes());
      }
    }
  }

  private void add(List<Descriptor> all) {
    for (Descriptor message : all) {
      messages.put(message.getFullName(), message);
      add(message.getNestedTypes());
    }
  }

  /** All messages by full name. */
  Map<String, Descriptor> messages() {
    return messages;
  }
}
