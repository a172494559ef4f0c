/**
 * Sensors with an elected leader: a system once built on ZooKeeper, now on Flotilla's public
 * client.
 *
 * <p>Start at {@link io.flotilla.examples.sensors.Sensor}: it publishes a measurement as an
 * ephemeral key ({@link io.flotilla.examples.sensors.Measurement}) and stands for election; while
 * it leads, it sends the {@link io.flotilla.examples.sensors.Average} of all measurements to the
 * APIs it was given. {@link io.flotilla.examples.sensors.SensorApi} is such an API, with a page
 * that plots what it receives.
 */
package io.flotilla.examples.sensors;
