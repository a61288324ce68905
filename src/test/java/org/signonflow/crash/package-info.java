/**
 * The crash harness: an engine that is killed, or loses its database or its other node, and the verdict on how it recovers.
 *
 * <p>The sandbox and the engine run from the built jar, each in a JVM of its own, so that {@code SIGKILL} takes the engine alone and the
 * evidence remains. {@link org.signonflow.crash.Proxy} between them holds a call before it is sent or its reply before it arrives;
 * {@link org.signonflow.crash.Hold} inside the engine holds what cannot be seen from there. No crash point is left to chance.
 *
 * <ul>
 * <li>{@code mvn verify} kills the engine once, on a few points, on H2, and one of two nodes in the middle of a small roll-out;
 * <li>{@code mvn verify -Dcrash.matrix=full} at all points, three times ({@code -Dcrash.rounds}), on H2 and on PostgreSQL, and takes
 * down the database and one of two nodes under load, also during roll-outs of hundreds of rows. It takes about half an hour; the tables
 * are printed, and kept in {@code target/tables.txt}.
 * </ul>
 */
package org.signonflow.crash;
