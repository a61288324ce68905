/**
 * What happens to flows when PingOne and the network misbehave: a running Signonflow, the sandbox, and a proxy between them that
 * corrupts what passes. {@code mvn verify} does a few runs of each case, {@code mvn verify -Dfaults=full} all of them.
 */
package org.signonflow.faults;
