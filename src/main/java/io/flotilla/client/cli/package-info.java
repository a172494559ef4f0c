/** The command line: each command is one class on the public client. */
package io.flotilla.client.cli;
