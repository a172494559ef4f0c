/**
 * Sensors with an elected leader: a system that was built on ZooKeeper, on Flotilla's public
 * client.
 *
 * <p>Begin at {@link io.flotilla.examples.sensors.Sensor}: it publishes a measurement as an
 * ephemeral key ({@link io.flotilla.examples.sensors.Measurement}) and stands for election; while
 * it leads, {@link io.flotilla.examples.sensors.Average} of all that is there goes to the APIs it
 * was given. {@link io.flotilla.examples.sensors.SensorApi} is such an API, with a page that plots
 * what came.
 */
package io.flotilla.examples.sensors;
