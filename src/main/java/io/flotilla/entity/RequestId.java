package io.flotilla.entity;

/**
 * A client's own id of a request.
 *
 * @param fingerprint see {@link Operation.Once}
 */
public record RequestId(String id, int fingerprint) {}
