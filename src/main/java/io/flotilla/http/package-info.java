/** The HTTP front end: Consul's paths and Flotilla's own, one Routes class per feature. */
package io.flotilla.http;
