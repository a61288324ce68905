/**
 * The running app, attacked over HTTP: every path by every kind of caller, every way around four eyes, every place where a secret
 * could leak. {@code ClosedByDefaultTest} writes its table of paths to {@code target/path-table.txt}.
 */
package org.signonflow.security;
