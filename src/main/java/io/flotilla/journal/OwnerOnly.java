package io.flotilla.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a data directory accessible only to its owner: directories 0700, files 0600. A node's own
 * files are created so; what Ratis creates lies in such a directory and is tightened.
 */
public final class OwnerOnly {
  private static final Logger LOGGER = LoggerFactory.getLogger(OwnerOnly.class);
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private OwnerOnly() {}

  /** Creates the directory and its parents if missing. */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, attributes(DIRECTORY));
  }

  /** Opens a file, creating it for the owner only. Never follows a symbolic link. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(LinkOption.NOFOLLOW_LINKS);
    try {
      return FileChannel.open(file, all, attributes(FILE));
    } catch (IOException e) {
      if (Files.isSymbolicLink(file)) {
        throw new IOException(
            file + " is a symbolic link, which is never followed here; put the file itself there",
            e);
      }
      throw e;
    }
  }

  /** Replaces a file atomically. Blocks until it is on disk. */
  public static void replace(Path target, ByteBuffer content) throws IOException {
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    try (FileChannel out =
        open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(content);
      out.force(true);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    StateFiles.syncDirectory(target.toAbsolutePath().getParent());
  }

  private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
    return POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  /** Revokes others' access to a data directory, and logs it if they had any. */
  static void protect(Path directory) {
    try {
      boolean open = POSIX && !DIRECTORY.containsAll(Files.getPosixFilePermissions(directory));
      int found = tighten(directory);
      if (open) {
        LOGGER.warn(
            "{} was accessible to others, {} files and directories in all; now only to their owner",
            directory,
            found);
      }
    } catch (IOException e) {
      LOGGER.warn("The contents of {} remain accessible to others: {}", directory, e.toString());
    }
  }

  /**
   * Revokes all others' access to a directory and its contents. Follows no links.
   *
   * @return how many files and directories were accessible to others
   */
  static int tighten(Path directory) throws IOException {
    if (!POSIX || !Files.isDirectory(directory)) {
      return 0;
    }
    // The directory itself may be a link, which then stands for its target.
    try (Stream<Path> all = Files.walk(directory.toRealPath())) {
      return all.mapToInt(OwnerOnly::tightenOne).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static int tightenOne(Path path) {
    try {
      boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
      if (!directory && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return 0;
      }
      Set<PosixFilePermission> wanted = directory ? DIRECTORY : FILE;
      if (wanted.containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))) {
        return 0;
      }
      Files.setPosixFilePermissions(path, wanted);
      return 1;
    } catch (NoSuchFileException e) {
      return 0; // deleted meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
