/**
 * A publisher and its subscribers that find each other by name: a system that was built on a name
 * server with a replica, on Flotilla's public client.
 *
 * <p>Begin at {@link io.flotilla.examples.time.Publisher}: it tells the time every second to
 * whoever is connected to it ({@link io.flotilla.examples.time.Broadcast}) and keeps itself
 * registered. {@link io.flotilla.examples.time.Subscriber} looks it up and connects straight to it;
 * {@link io.flotilla.examples.time.Follower} goes on to another publisher when one ends.
 */
package io.flotilla.examples.time;
