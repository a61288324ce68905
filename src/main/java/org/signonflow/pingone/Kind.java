package org.signonflow.pingone;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The kinds of objects that are made in an environment. One lives in the environment itself, or in an object of another kind. */
public enum Kind {

    APPLICATION(null, (pingone, environment) -> pingone.listApplications().stream().map(Application::id)),
    GRANT(APPLICATION, (pingone, application) -> pingone.listGrants(application).stream().map(Grant::id)),
    SIGN_ON_POLICY(null, (pingone, environment) -> pingone.listSignOnPolicies().stream().map(SignOnPolicy::id)),
    ACTION(SIGN_ON_POLICY, (pingone, policy) -> pingone.listActions(policy).stream().map(Action::id)),
    ASSIGNMENT(APPLICATION, (pingone, application) -> pingone.listAssignments(application).stream().map(Assignment::id));

    private final Kind parent;
    private final BiFunction<PingOneClient, String, Stream<String>> ids;

    Kind(Kind parent, BiFunction<PingOneClient, String, Stream<String>> ids) {
        this.parent = parent;
        this.ids = ids;
    }

    /** The kind that it lives in; null for the environment. */
    public Kind parent() {
        return parent;
    }

    /**
     * The ids of all that there are.
     *
     * @param parentId what they live in; null for the environment
     * @throws PingOneException as the client's lists; {@linkplain PingOneException#isNotFound not found} where the parent is not there
     */
    public List<String> ids(PingOneClient pingone, String parentId) {
        return ids.apply(pingone, parentId).toList();
    }
}
