/**
 * What stands between a caller and the flows: {@code login} establishes who they are, {@code gate} decides what they may send, and {@code
 * setup} checks and prepares at startup what both rely on.
 */
package org.signonflow.security;
