/**
 * The running app, attacked over HTTP: every path by everybody, every way around another person's approval, every place where a secret
 * could come to light. {@code ClosedByDefaultTest} writes its table of paths to {@code target/path-table.txt}.
 */
package org.signonflow.security;
