package io.flotilla.cli;

import io.flotilla.journal.DataDirectory;
import io.flotilla.journal.DataDirectory.Contents;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;

/** {@code recover --data DIR}: makes a surviving disk the whole group. */
@Command(
    name = "recover",
    description = "Make one disk the whole cluster, when the majority of the disks is lost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Without --yes it only shows what is on the disk. Call it so on every disk that",
      "is left, and recover the one with the greatest term, of these the greatest",
      "index. What only the other disks had is lost for good. Stop all nodes first.",
      "",
      "Afterwards start the node as before, and the other nodes with empty data",
      "directories: they join and are filled. Their old disks are refused.",
      "",
      "Example:",
      "  ./flotilla recover --data data/n1",
      "  ./flotilla recover --data data/n1 --yes"
    })
public final class RecoverCommand extends DiskCommand {
  @Override
  void change() throws IOException {
    DataDirectory.Recovered done = DataDirectory.recover(directory);
    Screen.say(
        "%s is the whole cluster now, as %s, generation %s. The old data is in %s.",
        done.node(), done.peerId(), done.generation(), done.aside());
    sayHowToGoOn(done);
  }

  @Override
  void show() throws IOException {
    Contents disk = DataDirectory.contents(directory);
    Screen.say("%s is the disk %s, generation %s.", directory, disk.peerId(), disk.generation());
    Screen.say("  last entry    term %d, index %d", disk.term(), disk.end());
    Screen.say("  written       %s", age(disk.written()));
    if (disk.acknowledged() >= 0) {
      Screen.say(
          "  acknowledged  up to index %d; voted in term %d", disk.acknowledged(), disk.votedIn());
    }
    for (DataDirectory.Member m : disk.members()) {
      String which = m.peerId().equals(disk.peerId()) ? ", this disk" : "";
      Screen.say("  member        %s at %s (%s%s)", m.node(), m.address(), m.peerId(), which);
    }
    if (disk.lost() != null) {
      Screen.say("This disk has itself lost writes. %s", disk.lost());
    }
    if (disk.isWholeGroup()) {
      Screen.say("It is the whole cluster already: there is nothing to recover.");
      return;
    }
    Screen.say(
        "%s",
        "To be recovered only if the majority of the members is lost for good: every write that\n"
            + "they have acknowledged after this index would be gone. This disk can't tell how many\n"
            + "there were.\n"
            + "Do the same on every disk that is left, and recover the one with the greatest term, of\n"
            + "these the greatest index. All others have to be emptied before their nodes start.");
    Screen.say(
        "Nothing was changed. To make this disk the whole cluster, stop all nodes and add --yes.");
  }

  static String age(Instant then) {
    return age(then, Instant.now());
  }

  static String age(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    String ago =
        age.toHours() >= 48
            ? age.toDays() + " days"
            : age.toMinutes() >= 120
                ? age.toHours() + " hours"
                : age.toSeconds() >= 120 ? age.toMinutes() + " minutes" : age.toSeconds() + " s";
    return then.truncatedTo(ChronoUnit.SECONDS) + ", " + ago + " ago";
  }
}
