/**
 * The HTTP front end: Consul's paths and Flotilla's own, one Routes class per feature.
 *
 * <p>A connection, from the network up: {@link io.flotilla.http.HttpPort} accepts it, {@link
 * io.flotilla.http.Line} counts and admits its bytes, {@link io.flotilla.http.RequestDecoder}
 * parses them, {@link io.flotilla.http.UnderWay} has the requests that wait for their answers, with
 * their bodies ({@link io.flotilla.http.Incoming}) and streamed answers ({@link
 * io.flotilla.http.Outgoing}). Each connection belongs to one event loop, which must never block.
 * Above that, {@link io.flotilla.http.Router} finds the handler of a request.
 */
package io.flotilla.http;
