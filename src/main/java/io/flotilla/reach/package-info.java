/**
 * Where a node connects to because somebody asked it to: health checks and proxied requests must
 * not lead where whoever asks could not go alone. See decision 41.
 */
package io.flotilla.reach;
