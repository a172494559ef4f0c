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

/**
 * The messages of {@code src/main/proto}, as the protobuf compiler has left them; in tests also
 * those of {@code src/test/proto}.
 */
final class Schema {
  /** In front of the names of all packages. */
  static final String ROOT = "flotilla.";

  private static final String RESOURCE = "io/flotilla/wire/messages.desc";

  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, Descriptor> messages = new HashMap<>();

  Schema() {
    try {
      for (URL all : Collections.list(Schema.class.getClassLoader().getResources(RESOURCE))) {
        try (InputStream in = all.openStream()) {
          addFiles(FileDescriptorSet.parseFrom(in).getFileList());
        }
      }
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  /**
   * @param all each behind those that it imports
   */
  private void addFiles(List<FileDescriptorProto> all) throws DescriptorValidationException {
    for (FileDescriptorProto file : all) {
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

  /** By their full names. */
  Map<String, Descriptor> messages() {
    return messages;
  }
}
