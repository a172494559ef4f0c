package io.flotilla.cli;

import io.flotilla.client.Entry;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.KeyValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The interactive {@code kv}: a command, then {@code Key:} and {@code Value:}, then the answer.
 *
 * <p>A failed operation is reported and the prompt continues; the end of input ends it.
 */
final class KvPrompt {
  private static final String HELP = "Commands: set, get, delete, list, help, exit";

  private final KeyValue kv;
  private final BufferedReader in;

  KvPrompt(KeyValue kv, InputStream in) {
    this.kv = kv;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  int run() {
    Screen.say(HELP);
    for (String line = ask("> "); line != null; line = ask("> ")) {
      String command = line.strip();
      if (command.equals("exit") || command.equals("quit")) {
        return 0;
      }
      try {
        if (!execute(command)) {
          break;
        }
      } catch (FlotillaException e) {
        Screen.say("%s", "ERROR: " + e.getMessage());
      }
    }
    Screen.say("");
    return 0;
  }

  /** Returns false if the input ended in the middle of a command. */
  private boolean execute(String command) {
    switch (command.toLowerCase(java.util.Locale.ROOT)) {
      case "" -> {
        return true;
      }
      case "set" -> {
        String key = ask("Key: ");
        String value = key == null ? null : ask("Value: ");
        if (value == null) {
          return false;
        }
        ClientOptions.await(kv.set(key, value));
        Screen.say("OK");
      }
      case "get" -> {
        String key = ask("Key: ");
        if (key == null) {
          return false;
        }
        Optional<Entry> found = ClientOptions.await(kv.get(key));
        Screen.say("%s", found.map(Entry::text).orElse("NOT FOUND"));
      }
      case "delete" -> {
        String key = ask("Key: ");
        if (key == null) {
          return false;
        }
        ClientOptions.await(kv.delete(key));
        Screen.say("OK");
      }
      case "list" -> ClientOptions.await(kv.keys("", null)).forEach(k -> Screen.say("%s", k));
      case "help" -> Screen.say(HELP);
      default -> Screen.say("%s", "No such command: " + command + ". " + HELP);
    }
    return true;
  }

  /** Returns null at the end of input. */
  private String ask(String prompt) {
    Screen.OUT.print(prompt);
    Screen.OUT.flush();
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
