package org.signonflow.change;

import java.util.List;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.SignOnPolicy;

/**
 * What takes effect once a sign-on policy is assigned to an application, as data: what was asked for, or what PingOne has.
 *
 * @param application   ids and names are null where nothing was made or read yet
 * @param grants        null where the application was there before: then its grants are not touched
 * @param priority      of the assignment; the lowest is tried first
 * @param besides       what else is assigned to the application
 * @param defaultPolicy the environment's, by which users of an application sign on that has none assigned; null where that does not matter:
 *                      the application is new, or has one
 */
public record TakesEffect(Application application, List<Granted> grants, SignOnPolicy policy, List<Action> actions, int priority,
                          List<Assigned> besides, SignOnPolicy defaultPolicy) {

    /** Keeps copies of the lists. */
    public TakesEffect {
        grants = grants == null ? null : List.copyOf(grants);
        actions = List.copyOf(actions);
        besides = List.copyOf(besides);
    }

    /** The others at the same priority; PingOne does not say which of them it tries first. */
    public List<Assigned> atSamePriority() {
        return besides.stream().filter(other -> other.priority() == priority).toList();
    }
}
