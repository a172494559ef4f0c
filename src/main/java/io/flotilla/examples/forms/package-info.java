/**
 * The storage module of a form-collecting project, on Flotilla's public client.
 *
 * <p>Start at {@link io.flotilla.examples.forms.Forms}, the command; {@link
 * io.flotilla.examples.forms.FormsApi} is the REST API with the original's paths and messages,
 * {@link io.flotilla.examples.forms.FormStore} keeps the forms: one key each, and an index by
 * gender in the same transaction. Flotilla does the rest: replication, leader and log.
 */
package io.flotilla.examples.forms;
