/**
 * Extensions used in logback.xml: what is expected when nodes die takes one line, and each kind of
 * message is limited to a number of lines per minute.
 */
package io.flotilla.logging;
