/** Messages between actors of different nodes, those for one node together. */
package io.flotilla.post;
