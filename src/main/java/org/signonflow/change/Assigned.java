package org.signonflow.change;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.SignOnPolicy;

/**
 * A sign-on policy that is assigned to the application.
 *
 * @param policyName null where PingOne has no policy of that id
 */
public record Assigned(String policyId, String policyName, int priority) {

    /** In the order in which PingOne tries them. */
    static final Comparator<Assigned> FIRST_TRIED = Comparator.comparingInt(Assigned::priority).thenComparing(Assigned::toString);

    /**
     * What is assigned besides a policy.
     *
     * @param policyId the policy that is to be assigned; null where it is not there yet
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
