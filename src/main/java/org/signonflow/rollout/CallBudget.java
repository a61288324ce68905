package org.signonflow.rollout;

/** How many calls PingOne allows. */
public interface CallBudget {

    /** How many calls a minute the environment's licence allows; 0 where that is not limited. */
    double perMinute(String environment);

    /** The name of the budget that the environment's calls count against; environments of one licence have the same. */
    String of(String environment);
}
