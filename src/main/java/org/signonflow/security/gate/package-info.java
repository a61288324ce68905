/**
 * Guards every request before anything else handles it: size, rate, path, origin, caller, and which of the engine's operations are allowed.
 * All refusals have one format.
 */
package org.signonflow.security.gate;
