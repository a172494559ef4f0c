package io.flotilla.journal;

import io.flotilla.journal.Identity.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that a disk still has everything it acknowledged, before Ratis opens the log.
 *
 * <p>Damage beyond the mark, such as the torn end of a log after a power cut, was never
 * acknowledged and is cut off. A disk that ends before its mark may neither vote nor serve.
 */
final class DiskCheck {
  private static final Logger LOGGER = LoggerFactory.getLogger(DiskCheck.class);

  private final Path directory;
  private final Path group;
  private final Identity identity;
  private final Mark mark;
  private final Survey survey;
  private final String loss;
  private Mark.Promise promise = Mark.Promise.NONE;

  DiskCheck(Path directory, Identity identity, Mark mark) throws IOException {
    this.directory = directory;
    this.group = identity.groupDirectory(directory);
    this.identity = identity;
    this.mark = mark;
    this.survey = Survey.of(group);
    this.loss = look();
  }

  private boolean hasLog() {
    return identity.hasLog(directory);
  }

  private String look() throws IOException {
    boolean promised = identity.group() == Group.MEMBER || hasLog() || mark.exists();
    if (!promised) {
      return null;
    }
    try {
      promise = mark.load(identity.peerId());
    } catch (IOException e) {
      return lost("it is no longer known how far it had acknowledged (" + e.getMessage() + ")");
    }
    boolean gone =
        !hasLog() && (identity.group() == Group.MEMBER || !promise.equals(Mark.Promise.NONE));
    return gone || survey.end() < promise.index()
        ? lost("it had acknowledged up to " + promise.index())
        : null;
  }

  private String lost(String why) {
    return "The log in "
        + group.getParent()
        + (hasLog() ? " ends at index " + survey.end() : " is gone")
        + ", but "
        + why
        + (survey.damage() == null ? "." : ": " + survey.damage() + ".");
  }

  /** A description of the loss, or null. */
  String loss() {
    return loss;
  }

  long end() {
    return survey.end();
  }

  Survey survey() {
    return survey;
  }

  Mark.Promise promise() {
    return promise;
  }

  /** Reduces the disk to what can be read of it. */
  void repair() throws IOException {
    if (survey.damage() != null) {
      LOGGER.warn(
          "Repaired the log in {}: {}. It was acknowledged up to {} and now ends at {}; what was"
              + " unusable is in {}",
          group.getParent(),
          survey.damage(),
          promise.index(),
          survey.end(),
          aside());
    }
    survey.repair(aside());
    if (hasLog()) {
      VoteFile.restore(group, promise, survey.lastTerm());
      new MembersFile(directory).restore(group, survey.end());
    }
  }

  /** From now on this disk promises only what it has: nothing at all if its log is gone. */
  Identity acceptLoss() throws IOException {
    if (!hasLog()) {
      return replace();
    }
    promise = new Mark.Promise(survey.end(), promise.term(), promise.votedFor());
    repair();
    mark.create(identity.peerId(), promise);
    return identity;
  }

  /** Puts the log aside and turns this into an empty disk with a new name, without promises. */
  Identity replace() throws IOException {
    if (Files.exists(group.getParent())) {
      Survey.putAside(group.getParent(), aside());
    }
    new MembersFile(directory).remove();
    mark.remove();
    Identity next = Identity.fresh(identity.node(), identity.cluster(), identity.generation());
    next.write(directory);
    return next;
  }

  Path aside() {
    return directory.resolve("damaged");
  }
}
