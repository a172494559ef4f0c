package io.flotilla.entity;

/**
 * An event or a checkpoint in its stored form.
 *
 * @param form names it, with its version: a later one must still read this one
 * @param bytes as {@link EntityCodec} writes them
 */
public record Stored(String form, byte[] bytes) {}
