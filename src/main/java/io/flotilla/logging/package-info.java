/**
 * What logback.xml plugs in: what is expected when nodes die takes a line, and no kind of message
 * more than so many lines a minute.
 */
package io.flotilla.logging;
