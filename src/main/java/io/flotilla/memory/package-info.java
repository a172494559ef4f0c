/** Bytes that the parts of a node may occupy, counted against the heap. */
package io.flotilla.memory;
