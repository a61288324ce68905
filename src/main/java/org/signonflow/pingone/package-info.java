/**
 * A small client of the PingOne management API: one method per call, immutable records for what is sent and read, and one exception that
 * says what a failure means for the caller. It never repeats a request on its own (except once after a 401, which means that nothing was
 * carried out), never sleeps, and knows neither Spring nor Camunda.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/">PingOne API</a>
 */
package org.signonflow.pingone;
