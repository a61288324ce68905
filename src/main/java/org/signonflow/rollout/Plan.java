package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What a roll-out will do, and what is in its way.
 *
 * @param applications  how many applications are on the list
 * @param calls         how many calls to PingOne it takes
 * @param seconds       how long it takes at least under PingOne's quota; 0 without one
 * @param problems      why it cannot be carried out; the first of them
 * @param moreProblems  how many more there are
 * @param warnings      what somebody should know about; the first of them
 * @param moreWarnings  how many more there are
 */
public record Plan(int applications, int calls, long seconds, List<Environment> environments, List<Problem> problems, int moreProblems,
                   List<Problem> warnings, int moreWarnings) {

    /**
     * What it will do in one environment.
     *
     * @param newApplications   how many will be created
     * @param applicationsThere how many PingOne has
     * @param mostApplications  how many PingOne allows
     * @param newPolicies       likewise for sign-on policies
     * @param facts             what the roll-out needs to know of the environment
     */
    public record Environment(String environment, int newApplications, int applicationsThere, int mostApplications, int newPolicies,
                              int policiesThere, int mostPolicies, int calls, @JsonIgnore Facts facts) {
    }

    /** The same in a few plain lines, of at most 3,500 characters. */
    public String summary() {
        throw new UnsupportedOperationException();
    }
}
