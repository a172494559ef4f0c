/**
 * A publisher that subscribers find by name: a system once built on a name server with a replica,
 * now on Flotilla's public client.
 *
 * <p>Start at {@link io.flotilla.examples.time.Publisher}: it sends the time every second to all
 * clients connected to it ({@link io.flotilla.examples.time.Broadcast}) and keeps itself
 * registered. {@link io.flotilla.examples.time.Subscriber} looks it up and connects straight to it;
 * {@link io.flotilla.examples.time.Follower} switches to another publisher when one ends.
 */
package io.flotilla.examples.time;
