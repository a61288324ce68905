/**
 * Customizes the engine where that requires its implementation classes: how jobs are retried, how errors are reported to callers and what
 * they may query, which history is kept; and sets up what Camunda's starters, made for Spring Boot 3, do not. Nothing else in the project
 * may access {@code org.camunda.bpm.engine.impl}. Knows what {@code process} publishes, but nothing of roll-outs.
 */
package org.signonflow.engine;
