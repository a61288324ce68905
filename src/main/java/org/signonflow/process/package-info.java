/**
 * The integration with Camunda, in layers: this package has what all of them need, such as the variables and the translation of PingOne's
 * failures; on top of it are {@code step}, {@code approval}, {@code request} and {@code rollout}, each of which knows those before it.
 */
package org.signonflow.process;
