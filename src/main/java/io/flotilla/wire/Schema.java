package io.flotilla.wire;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages of {@code src/main/proto}, as the protobuf compiler has left them. */
final class Schema {
  /** In front of the names of all packages. */
  static final String ROOT = "flotilla.";

  private static final String RESOURCE = "messages.desc";

  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, Descriptor> messages = new HashMap<>();

  /** In it each file stands behind those that it imports. */
  Schema() {
    try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
        FileDescriptor[] imports =
            file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        FileDescriptor built = FileDescriptor.buildFrom(file, imports);
        files.put(file.getName(), built);
        add(built.getMessageTypes());
      }
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  private void add(List<Descriptor> all) {
    for (Descriptor message : all) {
      messages.put(message.getFullName(), message);
      add(message.getNestedTypes());
    }
  }

  /** By their full names. */
  Map<String, Descriptor> messages() {
    return messages;
  }
}
