/**
 * TLS: the cluster's certificate authority, a node's certificate and key, and whose certificates it
 * believes.
 *
 * <p>Everything is a PEM file. {@link io.flotilla.tls.Authority} makes them, {@link
 * io.flotilla.tls.Tls} reads them, again whenever they change, and makes Java's {@link
 * javax.net.ssl.SSLEngine} of them, on which all three ports are built.
 */
package io.flotilla.tls;
