/** What Prometheus reads of what happens here. Names and labels are documented in the README, and used by {@code docker/observability}. */
package org.signonflow.metrics;
