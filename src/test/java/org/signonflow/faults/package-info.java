/**
 * What becomes of the flows when PingOne and the network misbehave: a running Signonflow, the sandbox, and a proxy between the two that
 * spoils what passes. {@code mvn verify} does a few runs of each case, {@code mvn verify -Dfaults=full} all of them.
 */
package org.signonflow.faults;
