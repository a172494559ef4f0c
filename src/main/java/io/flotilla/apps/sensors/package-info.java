/**
 * Sensors with an elected leader: a system that was built on ZooKeeper, on Flotilla's public
 * client.
 *
 * <p>Begin at {@link io.flotilla.apps.sensors.Sensor}: it publishes a measurement as an ephemeral
 * key ({@link io.flotilla.apps.sensors.Measurement}) and stands for election; while it leads,
 * {@link io.flotilla.apps.sensors.Average} of all that is there goes to the APIs it was given.
 * {@link io.flotilla.apps.sensors.SensorApi} is such an API, with a page that plots what came.
 */
package io.flotilla.apps.sensors;
