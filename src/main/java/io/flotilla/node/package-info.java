/** One Flotilla process: reads the settings, starts the parts in order, stops them in reverse. */
package io.flotilla.node;
