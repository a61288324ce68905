/** How many calls a minute PingOne gets from all nodes together. */
package org.signonflow.quota;
