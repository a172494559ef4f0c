package io.flotilla.acl;

/** How a request points to a policy or a role: by its id or, if that is empty, by its name. */
public record AclLink(String id, String name) {}
