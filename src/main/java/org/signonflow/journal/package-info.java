/**
 * The write-ahead journal of calls that change PingOne.
 *
 * <p>PingOne has no idempotency keys, and the engine runs a job at least once. So each creating call is recorded before it is sent and
 * completed once its reply has been processed; an attempt that finds an unfinished entry of its own looks in PingOne for what it may have
 * created before it sends again.
 */
package org.signonflow.journal;
