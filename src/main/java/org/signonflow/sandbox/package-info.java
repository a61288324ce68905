/** A stand-in for the PingOne management API: real HTTP, real state, PingOne's rules, and faults on demand. Imports no other room. */
package org.signonflow.sandbox;
