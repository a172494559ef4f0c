/**
 * Hand-written parsers of text from outside: one pass over an input of limited length, without
 * regular expressions, which may recurse or backtrack.
 */
package io.flotilla.text;
