/**
 * What stands between a caller and the flows: {@code login} says who he is, {@code gate} what he may send, and {@code setup} sees to it at
 * the start that both have something to hold on to.
 */
package org.signonflow.security;
