/**
 * Text that comes from outside, read by hand: in one pass over an input of limited length, without
 * regular expressions, which may recurse or go back over what they have read.
 */
package io.flotilla.text;
