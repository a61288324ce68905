/** Limits the calls per minute that all nodes together send to PingOne. */
package org.signonflow.quota;
