package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Who this disk is: written once on an empty data directory, and again when the disk gets its
 * group.
 *
 * <p>The peer id belongs to the disk, not to the node: a disk that was lost never comes back under
 * its old id, so nobody counts on what the old one had promised.
 *
 * @param initialMembers the members the group began with; empty for one that joined later
 */
record Identity(
    String node, String cluster, String peerId, Group group, List<Member> initialMembers) {

  /** How far this disk has come. Raft may only count on a disk that is a MEMBER. */
  enum Group {
    NONE,
    /** The log was about to be begun; without one it never was, and may be begun again. */
    JOINING,
    MEMBER
  }

  private static final String FILE = "identity";
  private static final String FORMAT = "1";

  /** Reads the directory's identity, or makes a new one when the directory is empty. */
  static Identity of(JournalSettings settings) throws IOException {
    Path directory = settings.dataDirectory();
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      return checked(read(file), settings, file);
    }
    if (hasRaftData(settings)) {
      throw new IOException(
          file
              + " is missing, but there is a log beside it. If it can't be restored, move "
              + directory
              + " away: the node then joins with an empty disk and is filled by the others.");
    }
    String peerId = String.format("%s-%08x", settings.self().id(), new SecureRandom().nextInt());
    Identity fresh =
        new Identity(settings.self().id(), settings.clusterName(), peerId, Group.NONE, List.of());
    fresh.write(directory);
    return fresh;
  }

  Identity with(Group newGroup, List<Member> initial) {
    return new Identity(node, cluster, peerId, newGroup, List.copyOf(initial));
  }

  boolean hasGroup() {
    return group != Group.NONE;
  }

  /** Whether a copy of the log, however damaged, is in the directory. */
  static boolean hasRaftData(JournalSettings settings) {
    return Files.exists(
        settings
            .raftDirectory()
            .resolve(RaftNode.groupId(settings.clusterName()).getUuid().toString())
            .resolve("current"));
  }

  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder("# Belongs to this disk. Don't copy, don't edit.\n");
    text.append("format=").append(FORMAT).append('\n');
    text.append("node=").append(node).append('\n');
    text.append("cluster=").append(cluster).append('\n');
    text.append("peer=").append(peerId).append('\n');
    text.append("group=").append(group).append('\n');
    for (int i = 0; i < initialMembers.size(); i++) {
      Member m = initialMembers.get(i);
      text.append("member.").append(i).append('=');
      text.append(m.peerId()).append(' ').append(m.address()).append('\n');
    }
    text.append("end=true\n");
    Path temporary = directory.resolve(FILE + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    StateFiles.syncDirectory(directory);
  }

  private static Identity read(Path file) throws IOException {
    Properties p = new Properties();
    p.load(new StringReader(Files.readString(file)));
    if (!FORMAT.equals(p.getProperty("format")) || !"true".equals(p.getProperty("end"))) {
      throw new IOException(
          file + " isn't whole, or was written by a newer version of Flotilla; restore it");
    }
    List<Member> members = new ArrayList<>();
    for (int i = 0; p.getProperty("member." + i) != null; i++) {
      String[] parts = p.getProperty("member." + i).split(" ");
      members.add(new Member(parts[0], parts[1]));
    }
    return new Identity(
        p.getProperty("node"),
        p.getProperty("cluster"),
        p.getProperty("peer"),
        Group.valueOf(p.getProperty("group")),
        List.copyOf(members));
  }

  private static Identity checked(Identity found, JournalSettings settings, Path file)
      throws IOException {
    String mend = ". Give the node its own directory (flotilla.node.data).";
    if (!found.node.equals(settings.self().id())) {
      throw new IOException(
          file + " belongs to node " + found.node + ", not " + settings.self().id() + mend);
    }
    if (!found.cluster.equals(settings.clusterName())) {
      throw new IOException(
          file + " belongs to cluster " + found.cluster + ", not " + settings.clusterName() + mend);
    }
    return found;
  }
}
