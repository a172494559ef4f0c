package io.flotilla.node;

/** The version of this build, from the jar's manifest. */
final class Version {
  static final String CURRENT = current();

  private Version() {}

  private static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
