/** Executes roll-outs: each row is a process instance of its own; rows are started and assigned in batches. */
package org.signonflow.process.rollout;
