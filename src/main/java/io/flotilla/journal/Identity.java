package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The identity of this disk: written to an empty data directory, and again when the disk gets its
 * group.
 *
 * <p>The peer id belongs to the disk, not to the node: a replacement for a lost disk never reuses
 * its id, so no member relies on what the old disk had promised.
 *
 * @param generation the life of the cluster that this disk belongs to, see {@link Generation}
 * @param initialMembers the members the group began with; empty for one that joined later
 */
record Identity(
    String node,
    String cluster,
    String peerId,
    long generation,
    Group group,
    List<Member> initialMembers) {

  /** How far this disk has come. Raft may rely only on a MEMBER. */
  enum Group {
    NONE,
    /** The log was about to be created. If none exists, it never was, and may still be. */
    JOINING,
    MEMBER,
    /** An operator has removed it; it may not come back. */
    REMOVED
  }

  static final String FILE = "identity";
  static final String RAFT = "raft";

  /** Format of the whole data directory. */
  private static final String FORMAT = "4";

  /** The same, of a cluster that was recovered: versions that don't know of that refuse it. */
  private static final String RECOVERED_FORMAT = "5";

  private static final Set<String> FORMATS = Set.of(FORMAT, RECOVERED_FORMAT);
  private static final Set<String> OLD_FORMATS = Set.of("1", "2", "3");
  private static final String OLD =
      "%s was written by an older version of Flotilla, in format %s; this one reads %s. Nothing in"
          + " it was changed. To keep its keys, start that version on it and run, for each"
          + " namespace: curl -o keys.json 'http://127.0.0.1:8500/v1/kv/?recurse&ns=default'. Then"
          + " move the directory away, start this version, and run: ./flotilla kv import --ns default"
          + " @keys.json. To start afresh, just move the directory away.";
  private static final String CHECK = "check=";
  private static final int MOST_BYTES = 1 << 16;

  /** Reads the directory's identity, or creates one if the directory is empty. */
  static Identity of(JournalSettings settings) throws IOException {
    Path directory = settings.dataDirectory();
    Path file = directory.resolve(FILE);
    DiskRecovery.refuseUnfinished(directory);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return checked(read(file), settings, file);
    }
    if (DataDirectory.hasLog(directory)) {
      throw new IOException(
          file
              + " is missing, but there is a log beside it. If it can't be restored, move "
              + directory
              + " away: the node then joins with an empty disk and is filled by the others.");
    }
    Identity first = fresh(settings.self().id(), settings.clusterName(), Generation.FIRST);
    first.write(directory);
    return first;
  }

  /** A disk that has promised nothing, with a peer id that no disk has ever had. */
  static Identity fresh(String node, String cluster, long generation) {
    String peerId = String.format("%s-%08x", node, new SecureRandom().nextInt());
    return new Identity(node, cluster, peerId, generation, Group.NONE, List.of());
  }

  Identity with(Group newGroup, List<Member> initial) {
    return new Identity(node, cluster, peerId, generation, newGroup, List.copyOf(initial));
  }

  Identity inGeneration(long otherGeneration) {
    return new Identity(node, cluster, peerId, otherGeneration, group, initialMembers);
  }

  boolean hasGroup() {
    return group != Group.NONE;
  }

  RaftGroupId groupId() {
    return RaftNode.groupId(cluster, generation);
  }

  /** Where the data directory has this disk's copy of the log. */
  Path groupDirectory(Path directory) {
    return directory.resolve(RAFT).resolve(groupId().getUuid().toString());
  }

  /** Whether the directory contains this disk's copy of the log, however damaged. */
  boolean hasLog(Path directory) {
    return Files.exists(groupDirectory(directory).resolve("current"));
  }

  /** The members of the group, as far as this disk knows; empty if none. */
  List<Member> rememberedMembers(Path directory) {
    LogEntryProto noted = new MembersFile(directory).noted(groupDirectory(directory));
    return noted == null ? initialMembers : Member.of(noted.getConfigurationEntry());
  }

  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder("# Belongs to this disk. Don't copy, don't edit.\n");
    boolean recovered = generation != Generation.FIRST;
    text.append("format=").append(recovered ? RECOVERED_FORMAT : FORMAT).append('\n');
    text.append("node=").append(node).append('\n');
    text.append("cluster=").append(cluster).append('\n');
    text.append("peer=").append(peerId).append('\n');
    if (recovered) {
      text.append("generation=").append(generation).append('\n');
    }
    text.append("group=").append(group).append('\n');
    for (int i = 0; i < initialMembers.size(); i++) {
      Member m = initialMembers.get(i);
      text.append("member.").append(i).append('=');
      String full = m.peerId() + " " + m.address() + " " + m.clusterAddress();
      text.append(full.strip()).append('\n');
    }
    String check = CHECK + checksum(text.toString());
    text.append(check).append('\n');
    OwnerOnly.replace(directory.resolve(FILE), StandardCharsets.UTF_8.encode(text.toString()));
  }

  /** Reads the identity of a data directory, which must have one. */
  static Identity in(Path directory) throws IOException {
    return read(directory.resolve(FILE));
  }

  private static Identity read(Path file) throws IOException {
    String text;
    try (FileChannel in = OwnerOnly.open(file, StandardOpenOption.READ)) {
      byte[] bytes = Channels.newInputStream(in).readNBytes(MOST_BYTES);
      text = new String(bytes, StandardCharsets.UTF_8);
    }
    Properties p = new Properties();
    try {
      p.load(new StringReader(text));
      if (OLD_FORMATS.contains(p.getProperty("format", ""))) {
        throw new IOException(
            String.format(OLD, file.toAbsolutePath().getParent(), p.getProperty("format"), FORMAT));
      }
      checkWhole(text, p);
      return parsed(p);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is incomplete, or was written by a newer version of Flotilla. If it can't be"
              + " restored, move "
              + file.toAbsolutePath().getParent()
              + " away: the node then joins with an empty disk and is filled by the others.",
          e);
    }
  }

  private static void checkWhole(String text, Properties p) {
    int check = text.lastIndexOf("\n" + CHECK) + 1;
    if (check == 0
        || !FORMATS.contains(p.getProperty("format", ""))
        || !text.substring(check).equals(CHECK + checksum(text.substring(0, check)) + "\n")) {
      throw new IllegalArgumentException("checksum or format");
    }
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  private static Identity parsed(Properties p) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; p.getProperty("member." + i) != null; i++) {
      String[] parts = p.getProperty("member." + i).split(" ");
      members.add(new Member(parts[0], parts[1], parts.length > 2 ? parts[2] : ""));
    }
    return new Identity(
        p.getProperty("node"),
        p.getProperty("cluster"),
        p.getProperty("peer"),
        Long.parseLong(p.getProperty("generation", "0")),
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
