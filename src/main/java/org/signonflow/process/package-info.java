/**
 * The seam to Camunda, in storeys: here what all of it needs, such as the variables, and what PingOne's failures mean to the engine; on it
 * {@code step}, {@code approval}, {@code request} and {@code rollout}, each of which knows those before it.
 */
package org.signonflow.process;
