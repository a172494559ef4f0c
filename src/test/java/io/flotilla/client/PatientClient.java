package io.flotilla.client;

import io.flotilla.TestPatience;

/** Clients that wait a long time before they give up or repeat a request. */
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
