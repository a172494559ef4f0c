package io.flotilla.journal;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis's record of its term and vote, {@code raft-meta}, which has no checksum. Each vote that was
 * sent is also in the mark, so a damaged, outdated or missing record can be rewritten.
 */
final class VoteFile {
  private static final Logger LOGGER = LoggerFactory.getLogger(VoteFile.class);
  private static final String TERM = "term";
  private static final String VOTED_FOR = "votedFor";

  private VoteFile() {}

  /**
   * @param lastTerm of the last entry of the log
   */
  static void restore(Path group, Mark.Promise promise, long lastTerm) throws IOException {
    Path file = file(group);
    if (isRight(file, promise, lastTerm)) {
      return;
    }
    long term = Math.max(promise.term(), lastTerm);
    write(group, term, term == promise.term() ? promise.votedFor() : "");
    LOGGER.warn("Rewrote Ratis's record of its vote, {}: {}", file, promise);
  }

  /**
   * @param votedFor empty if none
   */
  static void write(Path group, long term, String votedFor) throws IOException {
    Properties note = new Properties();
    note.setProperty(TERM, Long.toString(term));
    note.setProperty(VOTED_FOR, votedFor);
    StringWriter text = new StringWriter();
    note.store(text, "");
    OwnerOnly.replace(file(group), StandardCharsets.UTF_8.encode(text.toString()));
  }

  private static Path file(Path group) {
    return group.resolve("current").resolve("raft-meta");
  }

  private static boolean isRight(Path file, Mark.Promise promise, long lastTerm) {
    Properties note = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      note.load(in);
      long term = Long.parseLong(note.getProperty(TERM));
      String votedFor = note.getProperty(VOTED_FOR);
      if (votedFor == null || term < lastTerm || term < promise.term()) {
        return false;
      }
      return term > promise.term()
          || promise.votedFor().isEmpty()
          || votedFor.equals(promise.votedFor());
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
