/**
 * A stand-in for the PingOne management API: real HTTP, real state, PingOne's rules, and faults on demand. Imports none of the other
 * packages.
 */
package org.signonflow.sandbox;
