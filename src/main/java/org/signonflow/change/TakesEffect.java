package org.signonflow.change;

import java.util.List;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.SignOnPolicy;

/**
 * What takes effect once a sign-on policy is assigned to an application, as data: either as requested or as found in PingOne.
 *
 * @param application   ids and names are null until created or read
 * @param grants        null for an existing application, whose grants are not touched
 * @param priority      of the assignment; the lowest is tried first
 * @param besides       the other policies assigned to the application
 * @param defaultPolicy the environment's, which applies to applications without an assigned policy; null where that is irrelevant: the
 *                      application is new, or has one
 */
public record TakesEffect(Application application, List<Granted> grants, SignOnPolicy policy, List<Action> actions, int priority,
                          List<Assigned> besides, SignOnPolicy defaultPolicy) {

    /** Keeps copies of the lists. */
    public TakesEffect {
        grants = grants == null ? null : List.copyOf(grants);
        actions = List.copyOf(actions);
        besides = List.copyOf(besides);
    }

    /** The others at the same priority; PingOne does not document which of them it tries first. */
    public List<Assigned> atSamePriority() {
        return besides.stream().filter(other -> other.priority() == priority).toList();
    }
}
