/** The audit log: who asked what of this node, from where, and what came of it. See decision 41. */
package io.flotilla.audit;
