/**
 * The seam to Camunda: one delegate per task of the models, typed process variables, and what PingOne's failures mean to the engine.
 *
 * <p>A class is named for the task it carries out: {@code Task_CreateSignOnPolicy} is {@link org.signonflow.process.CreateSignOnPolicy}.
 */
package org.signonflow.process;
