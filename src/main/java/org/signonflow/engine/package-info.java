/**
 * What the engine can only be told through its implementation classes: how jobs are retried, what its callers are answered and may ask,
 * which history it keeps; and what Camunda's starters, which are made for Spring Boot 3, do not set up by themselves. Nothing else in the
 * project may see {@code org.camunda.bpm.engine.impl}. Knows what {@code process} publishes, and no roll-outs.
 */
package org.signonflow.engine;
