package io.flotilla.examples.forms;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Forms as keys: {@code formularios/ID} is the form as it was sent, {@code generos/GENDER/ID} an
 * index kept in the same transaction.
 */
final class FormStore {
  private static final String FORMS = "formularios/";
  private static final String GENDERS = "generos/";

  /** How many forms are read at a time while a list is sent. */
  private static final int PAGE = 128;

  private static final byte[] NOTHING = {};

  /** Receives the forms of a list one by one. */
  interface Receiver {
    void form(byte[] json) throws IOException;
  }

  private final KeyValue kv;

  FormStore(KeyValue kv) {
    this.kv = kv;
  }

  boolean exists(String id) {
    return get(id).isPresent();
  }

  Optional<byte[]> get(String id) {
    return Flotilla.await(kv.get(FORMS + id)).map(Entry::value);
  }

  /**
   * Creates a form; of concurrent ones with the same id, one succeeds.
   *
   * @return false if the id is taken
   */
  boolean create(String id, JsonNode form, byte[] json) {
    var transaction = kv.transaction().create(FORMS + id, json);
    String gender = form.path("genero").asText("");
    if (!gender.isBlank()) {
      transaction.set(genderPrefix(gender) + id, NOTHING);
    }
    return Flotilla.await(transaction.commit());
  }

  /**
   * All forms in the order of their ids.
   *
   * @param from how many to leave out
   * @param atMost how many to read
   */
  void all(long from, long atMost, Receiver to) throws IOException {
    send(ids(FORMS), from, atMost, to);
  }

  /** Reads the forms of one gender, ignoring its case. */
  void ofGender(String gender, long from, long atMost, Receiver to) throws IOException {
    send(ids(genderPrefix(gender)), from, atMost, to);
  }

  private static String genderPrefix(String gender) {
    return GENDERS + gender.strip().toLowerCase(Locale.ROOT) + "/";
  }

  private List<String> ids(String prefix) {
    return Flotilla.await(kv.keys(prefix, null)).stream()
        .map(key -> key.substring(prefix.length()))
        .toList();
  }

  /** Reads page by page, so that a long list needs little memory. */
  private void send(List<String> ids, long from, long atMost, Receiver to) throws IOException {
    int start = (int) Math.min(from, ids.size());
    int end = (int) Math.min(start + Math.min(atMost, ids.size()), ids.size());
    for (int i = start; i < end; i += PAGE) {
      List<CompletableFuture<Optional<Entry>>> page =
          ids.subList(i, Math.min(i + PAGE, end)).stream().map(id -> kv.get(FORMS + id)).toList();
      for (CompletableFuture<Optional<Entry>> form : page) {
        Optional<Entry> found = Flotilla.await(form);
        if (found.isPresent()) {
          to.form(found.get().value());
        }
      }
    }
  }
}
