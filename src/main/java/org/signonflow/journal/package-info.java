/**
 * The write-ahead journal of calls that change PingOne.
 *
 * <p>PingOne knows no idempotency key, and a job of the engine runs at least once. So each creating call is written down before it is
 * sent and completed after its reply was understood; an attempt that finds an unfinished entry of its own looks in PingOne for what it
 * may have made before it sends again.
 */
package org.signonflow.journal;
