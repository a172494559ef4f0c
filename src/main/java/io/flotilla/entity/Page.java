package io.flotilla.entity;

/**
 * A list, or its beginning.
 *
 * @param rest asks for what follows; null if this is all
 */
public record Page<L extends Result.Many<?>>(L list, Operation.More rest) {}
