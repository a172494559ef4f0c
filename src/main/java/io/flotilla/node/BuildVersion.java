package io.flotilla.node;

/** The version of this build, from the jar's manifest. */
final class BuildVersion {
  static final String CURRENT = current();

  private BuildVersion() {}

  private static String current() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
