/** What every package needs to know about Java's futures, and about what waits for a thread. */
package io.flotilla.async;
