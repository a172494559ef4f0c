package io.flotilla.client;

/**
 * One change, or the end of a watch.
 *
 * @param name {@code start}, {@code change}, {@code compacted} (the end of the watch, see {@link
 *     KeyValue#oldest}), or {@code slow} (the watch read too slowly and resumes after this)
 * @param index that of a change; at the start, all changes after it follow; otherwise the last one
 *     seen, -1 if none
 * @param json the event as the server sent it, one JSON object. A change has {@code Index}, {@code
 *     Time}, {@code Op} and, as far as they apply, {@code Key}, {@code Value} in Base64, {@code
 *     Flags}, {@code Session}, {@code Prefix} and {@code Keys}
 */
public record WatchEvent(String name, long index, String json) {}
