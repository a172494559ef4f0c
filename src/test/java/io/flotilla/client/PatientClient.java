package io.flotilla.client;

import io.flotilla.TestPatience;

/** Clients that give up, or send again what was not answered, only after a long time. */
public final class PatientClient {
  private PatientClient() {}

  public static Flotilla connect(String addresses) {
    return of(addresses).build();
  }

  static Flotilla.Builder of(String addresses) {
    return Flotilla.builder(addresses)
        .connectTimeout(TestPatience.PATIENCE)
        .attemptTimeout(TestPatience.PATIENCE)
        .deadline(TestPatience.PATIENCE);
  }
}
