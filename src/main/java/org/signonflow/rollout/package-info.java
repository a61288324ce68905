/**
 * Roll-outs: one list of applications under one decision. The list and what is allowed in it, the plan, and where each row stands. Knows
 * nothing of the engine, which reports to {@link org.signonflow.rollout.RollOuts} in its own transactions.
 */
package org.signonflow.rollout;
