package org.signonflow.rollout;

/** The call budget that PingOne allows. */
public interface CallBudget {

    /** How many calls per minute a roll-out may make in the environment; 0 if unlimited. */
    double perMinute(String environment);

    /** The name of the budget that the environment's calls count against; environments with the same licence share one. */
    String of(String environment);

    /** Charges calls that were made. */
    void spent(String environment, int calls);
}
