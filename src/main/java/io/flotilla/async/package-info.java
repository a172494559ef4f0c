/** What every package needs to know about Java's futures. */
package io.flotilla.async;
