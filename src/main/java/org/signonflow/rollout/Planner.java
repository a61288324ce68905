package org.signonflow.rollout;

import java.util.List;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Looks at what PingOne has, and says what a roll-out will do there. */
@Component
public class Planner {

    private final PingOneEnvironments environments;
    private final ObjectProvider<CallBudget> budget;

    Planner(PingOneEnvironments environments, ObjectProvider<CallBudget> budget) {
        this.environments = environments;
        this.budget = budget;
    }

    /**
     * Reads, and changes nothing.
     *
     * @param transactionId what the calls carry as external transaction id; null for none
     * @throws org.signonflow.pingone.PingOneException if an environment does not answer
     */
    public Plan plan(List<Request> requests, String transactionId) {
        throw new UnsupportedOperationException();
    }
}
