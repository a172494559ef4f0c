/**
 * Who may do what: tokens, policies and roles as Consul's, kept in the replicated log like any
 * other entity, and read by each node from its own copy of it. See decision 39.
 */
package io.flotilla.acl;
