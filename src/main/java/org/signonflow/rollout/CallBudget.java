package org.signonflow.rollout;

/** How many calls PingOne allows. */
public interface CallBudget {

    /** How many calls a minute a roll-out may make in the environment; 0 where that is not limited. */
    double perMinute(String environment);

    /** The name of the budget that the environment's calls count against; environments of one licence have the same. */
    String of(String environment);

    /** Counts calls that were made. */
    void spent(String environment, int calls);
}
