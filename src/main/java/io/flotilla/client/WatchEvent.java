package io.flotilla.client;

/**
 * One change, or the end of a watch.
 *
 * @param name {@code start}, {@code change}, {@code compacted} or {@code slow}
 * @param index of the change; for {@code start} all after it will be told
 * @param json what the server said of it, one JSON object
 */
public record WatchEvent(String name, long index, String json) {}
