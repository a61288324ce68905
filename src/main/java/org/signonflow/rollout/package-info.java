/**
 * Roll-outs: one list of applications, one decision. Covers the list and its validation, the plan, and the state of each row. Knows nothing
 * of the engine, which reports to {@link org.signonflow.rollout.RollOuts} in its own transactions.
 */
package org.signonflow.rollout;
