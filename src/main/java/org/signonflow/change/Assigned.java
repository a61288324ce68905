package org.signonflow.change;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.SignOnPolicy;

/**
 * A sign-on policy assigned to the application.
 *
 * @param policyName null if PingOne has no policy with that id
 */
public record Assigned(String policyId, String policyName, int priority) {

    /** In the order in which PingOne tries them. */
    static final Comparator<Assigned> FIRST_TRIED = Comparator.comparingInt(Assigned::priority).thenComparing(Assigned::toString);

    /**
     * The assignments of all other policies.
     *
     * @param policyId the policy to be assigned; null if it does not exist yet
     */
    public static List<Assigned> besides(String policyId, List<Assignment> assignments, List<SignOnPolicy> policies) {
        Map<String, SignOnPolicy> byId = policies.stream().collect(Collectors.toMap(SignOnPolicy::id, Function.identity(), (one, other) -> one));
        return assignments.stream().filter(assignment -> policyId == null || !policyId.equals(assignment.policyId()))
            .map(assignment -> new Assigned(assignment.policyId(),
                byId.containsKey(assignment.policyId()) ? byId.get(assignment.policyId()).name() : null, assignment.priority()))
            .sorted(FIRST_TRIED).toList();
    }

    String shownName() {
        return policyName == null ? "the policy " + policyId : policyName;
    }
}
